package org.lamp4j.onnx.pretraining;

import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.ParameterSource;
import org.lamp4j.onnx.model.LowRankUpdate;
import org.lamp4j.tensor.Shape;

/**
 * Frozen parameters of an image UNet with low-rank updates added to its matrices and kernels, W = W<sub>0</sub> + B A.
 * The factors are inputs of the graph. First and last convolution and the time embedding have none, as is usual. For
 * one network.
 *
 * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al., LoRA</a>, equation 3 with α = r
 */
final class AddedUpdates implements ParameterSource {

    private final ParameterSource frozen;
    private final int rank;
    private final String prefix;
    private final Map<String, LowRankUpdate> updates = new LinkedHashMap<>();

    /**
     * Adds updates to parameters.
     *
     * @param frozen where W<sub>0</sub> comes from
     * @param rank r
     * @param prefix what the factors' inputs begin with, before their names
     */
    AddedUpdates(ParameterSource frozen, int rank, String prefix) {
        this.frozen = frozen;
        this.rank = rank;
        this.prefix = prefix;
    }

    @Override
    public Value declare(Graph graph, String key, Shape shape) {
        Optional<LowRankUpdate> update = hasUpdate(key) ? LowRankUpdate.of(key, shape, rank) : Optional.empty();
        Value weight = frozen.declare(graph, key, shape);
        if (update.isEmpty()) {
            return weight;
        }
        LowRankUpdate added = update.get();
        updates.put(key, added);
        Value a = graph.input(prefix + added.aName(), ElementType.FLOAT, added.aShape()); // [r, I]
        Value b = graph.input(prefix + added.bName(), ElementType.FLOAT, added.bShape()); // [O, r]
        return add(cast(weight, ElementType.FLOAT), reshape(matMul(b, a), shape));
    }

    private static boolean hasUpdate(String key) {
        return !key.startsWith("conv_in.") && !key.startsWith("conv_out.") && !key.startsWith("time_embedding.");
    }

    @Override
    public boolean contains(String key) {
        return frozen.contains(key);
    }

    /** Returns the updates by the key of their matrix, in the order the network declared them. */
    Map<String, LowRankUpdate> updates() {
        return updates;
    }
}
