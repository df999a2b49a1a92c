package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.op.Casting.cast;

import java.util.function.Supplier;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/**
 * A place in a network under construction. Its path is at once the prefix of its parameters' keys in the checkpoint and
 * of its nodes' names in the graph.
 */
public final class Scope {

    private final Graph graph;
    private final ParameterSource source;
    private final ElementType elementType;
    private final String path;

    private Scope(Graph graph, ParameterSource source, ElementType elementType, String path) {
        this.graph = graph;
        this.source = source;
        this.elementType = elementType;
        this.path = path;
    }

    /**
     * Returns the scope of a whole network.
     *
     * @param graph the graph to build it in
     * @param source where its parameters come from
     * @param elementType element type of its activations, to which parameters are cast
     * @return the scope, whose path is empty
     */
    public static Scope root(Graph graph, ParameterSource source, ElementType elementType) {
        return new Scope(graph, source, elementType, "");
    }

    /**
     * Returns the scope of a part.
     *
     * @param name name of the part in the checkpoint's keys, such as {@code resnets.1}
     * @return the part's scope
     */
    public Scope child(String name) {
        return new Scope(graph, source, elementType, path.isEmpty() ? name : path + "." + name);
    }

    /**
     * Returns a parameter of this part.
     *
     * @param name last part of its key, such as {@code weight}
     * @param sizes the shape the layer needs
     * @return the parameter, in the element type of this network
     * @throws IllegalArgumentException if there is none or it has another shape; the message names the key
     */
    public Value parameter(String name, int... sizes) {
        return cast(source.declare(graph, child(name).path, Shape.of(sizes)), elementType);
    }

    /**
     * Tells whether this part has a parameter.
     *
     * @param name last part of its key
     * @return whether {@link #parameter} will find it
     */
    public boolean has(String name) {
        return source.contains(child(name).path);
    }

    /**
     * Builds nodes that are named after this part.
     *
     * @param layer builds them
     * @param <T> what it gives
     * @return what the layer gave
     */
    public <T> T build(Supplier<T> layer) {
        return graph.inScope(path, layer);
    }

    /**
     * Returns the graph.
     *
     * @return the graph under construction
     */
    public Graph graph() {
        return graph;
    }

    /**
     * Returns the element type of activations.
     *
     * @return FLOAT or FLOAT16
     */
    public ElementType elementType() {
        return elementType;
    }
}
