package org.lamp4j.onnx.layer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/** Parameters of no checkpoint: each becomes an input of the graph, and its shape is remembered. */
public final class InputParameters implements ParameterSource {

    private final Map<String, Shape> shapes = new LinkedHashMap<>();

    /** Creates a source that has declared nothing yet. */
    public InputParameters() {}

    @Override
    public Value declare(Graph graph, String key, Shape shape) {
        shapes.put(key, shape);
        return graph.input(key, ElementType.FLOAT, shape);
    }

    /** Returns false: of two spellings of a key, networks take the newer. */
    @Override
    public boolean contains(String key) {
        return false;
    }

    /**
     * Returns what has been declared.
     *
     * @return shapes by key, in the order a network declared them
     */
    public Map<String, Shape> shapes() {
        return shapes;
    }
}
