package org.lamp4j.onnx.model;

import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;

import org.jspecify.annotations.Nullable;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.ParameterSource;
import org.lamp4j.tensor.Shape;

/**
 * Parameters with low-rank updates added to them, as nodes of the graph: W = W<sub>0</sub> + B (α/r A). Layers see W;
 * the gradients of A and B follow by reverse mode. For one graph.
 *
 * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al., LoRA</a>, equation 3
 */
public final class LowRankParameters implements ParameterSource {

    private final VideoUNetParameters parameters;
    private final LowRankUpdates updates;
    private @Nullable Value alpha;

    /**
     * Lays updates over parameters.
     *
     * @param parameters where W<sub>0</sub>, the factors and α come from
     * @param updates the updates
     */
    public LowRankParameters(VideoUNetParameters parameters, LowRankUpdates updates) {
        this.parameters = parameters;
        this.updates = updates;
    }

    @Override
    public Value declare(Graph graph, String key, Shape shape) {
        if (!updates.contains(key)) {
            return parameters.declare(graph, key, shape);
        }
        LowRankUpdate update = updates.of(key);
        Value a = declareFloat(graph, update.aName(), update.aShape()); // [r, I]
        Value b = declareFloat(graph, update.bName(), update.bShape()); // [O, r]
        Value product = matMul(b, mul(a, mul(alpha(graph), 1f / update.rank()))); // [O, I]
        Value learned = reshape(product, shape);
        // Most matrices of LAMP begin at zero, and for Stable Diffusion these zeros would take 0.8 GB.
        return parameters.beginsAtZero(key) ? learned : add(declareFloat(graph, key, shape), learned);
    }

    private Value declareFloat(Graph graph, String key, Shape shape) {
        return cast(parameters.declare(graph, key, shape), ElementType.FLOAT);
    }

    private Value alpha(Graph graph) {
        if (alpha == null) {
            alpha = declareFloat(graph, LowRankUpdates.ALPHA, Shape.of());
        }
        return alpha;
    }

    @Override
    public boolean contains(String key) {
        return updates.contains(key) || parameters.contains(key);
    }
}
