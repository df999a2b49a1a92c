package org.lamp4j.onnx.layer;

import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/** Where the parameters of a network come from: a checkpoint, inputs of the graph, or nothing but their shapes. */
public interface ParameterSource {

    /**
     * Declares a parameter in a graph.
     *
     * @param graph the graph
     * @param key the parameter's key in a checkpoint
     * @param shape the shape the network needs
     * @return the parameter, of that shape and any floating-point element type
     * @throws java.io.UncheckedIOException if there is none or it has another shape; the message names the key
     */
    Value declare(Graph graph, String key, Shape shape);

    /**
     * Tells whether there is a parameter, for networks whose checkpoints spell a key in two ways.
     *
     * @param key the key
     * @return whether {@link #declare} will find it
     */
    boolean contains(String key);
}
