package org.lamp4j.onnx.layer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Random parameters for networks of any dimensions: the same key and number of values give the same values. */
public final class RandomParameters implements ParameterSource {

    private final Map<String, Shape> declared = new LinkedHashMap<>();
    private final UnaryOperator<String> canonicalKey;
    private final String oldSpelling;

    private RandomParameters(UnaryOperator<String> canonicalKey, String oldSpelling) {
        this.canonicalKey = canonicalKey;
        this.oldSpelling = oldSpelling;
    }

    /** Parameters whose values depend on their keys. */
    public static RandomParameters ofKeys() {
        return new RandomParameters(UnaryOperator.identity(), "");
    }

    /** Parameters whose values depend on another spelling of their keys, and which has keys of that ending. */
    public static RandomParameters spelled(UnaryOperator<String> canonicalKey, String oldSpelling) {
        return new RandomParameters(canonicalKey, oldSpelling);
    }

    @Override
    public Value declare(Graph graph, String key, Shape shape) {
        declared.put(key, shape);
        FloatTensor values = values(key, shape);
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(4 * values.values().remaining()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values.values());
        return graph.weight(key, new TensorType(ElementType.FLOAT, shape), bytes);
    }

    /** Returns the values of a parameter, of a size that keeps activations near 1. */
    public FloatTensor values(String key, Shape shape) {
        RandomSource random = RandomSource.stream(5, canonicalKey.apply(key), 0);
        if (shape.rank() == 1) {
            float centre = key.contains("norm") && key.endsWith(".weight") ? 1 : 0;
            return random.gaussian(shape).times(0.1f).plus(FloatTensor.generate(shape, index -> centre));
        }
        double fanIn = (double) shape.elementCount() / shape.size(0);
        return random.gaussian(shape).times((float) (1 / Math.sqrt(fanIn)));
    }

    @Override
    public boolean contains(String key) {
        return !oldSpelling.isEmpty() && key.endsWith(oldSpelling);
    }

    /** Returns a source that declares some parameters as inputs of the graph, and the others as these. */
    public ParameterSource withInputs(Set<String> inputs) {
        return new ParameterSource() {
            @Override
            public Value declare(Graph graph, String key, Shape shape) {
                return inputs.contains(key)
                        ? graph.input(key, ElementType.FLOAT, shape)
                        : RandomParameters.this.declare(graph, key, shape);
            }

            @Override
            public boolean contains(String key) {
                return RandomParameters.this.contains(key);
            }
        };
    }

    /** Returns what was declared: shapes by key. */
    public Map<String, Shape> declared() {
        return declared;
    }
}
