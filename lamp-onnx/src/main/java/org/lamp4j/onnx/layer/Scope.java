package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Slicing.split;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** What is the same in all parts. */
    private record Network(
            Graph graph,
            ParameterSource source,
            ElementType elementType,
            ElementType attentionType,
            // the parameters so far: one that is used in several places is declared once
            Map<String, List<Value>> declared) {}

    private final Network network;
    private final String path;

    private Scope(Network network, String path) {
        this.network = network;
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
        return root(graph, source, elementType, elementType);
    }

    /**
     * Returns the scope of a whole network that attends in another element type.
     *
     * @param graph the graph to build it in
     * @param source where its parameters come from
     * @param elementType element type of its activations, to which parameters are cast
     * @param attentionType element type that transformers attend in
     * @return the scope, whose path is empty
     */
    public static Scope root(Graph graph, ParameterSource source, ElementType elementType, ElementType attentionType) {
        return new Scope(new Network(graph, source, elementType, attentionType, new HashMap<>()), "");
    }

    /**
     * Returns the scope of a part.
     *
     * @param name name of the part in the checkpoint's keys, such as {@code resnets.1}
     * @return the part's scope
     */
    public Scope child(String name) {
        return new Scope(network, path.isEmpty() ? name : path + "." + name);
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
        return parameterParts(name, 1, sizes).get(0);
    }

    /**
     * Returns a parameter of this part in equal parts along its first axis. Of a weight that costs nothing at run time,
     * unlike taking apart what is computed from it.
     *
     * @param name last part of its key, such as {@code weight}
     * @param parts number of parts, a divisor of the first size
     * @param sizes the shape of the whole
     * @return the parts in their order, in the element type of this network
     * @throws IllegalArgumentException if there is none or it has another shape; the message names the key
     */
    public List<Value> parameterParts(String name, int parts, int... sizes) {
        String key = child(name).path;
        return network.declared.computeIfAbsent(key + "/" + parts, none -> {
            Value whole = network.source.declare(network.graph, key, Shape.of(sizes));
            return takeApart(whole, parts).stream()
                    .map(part -> cast(part, network.elementType))
                    .toList();
        });
    }

    private List<Value> takeApart(Value whole, int parts) {
        if (parts == 1) {
            return List.of(whole);
        }
        return whole.isWeight()
                ? network.graph.takeApart(whole, parts)
                : split(whole, 0, whole.shape().size(0) / parts);
    }

    /**
     * Tells whether this part has a parameter.
     *
     * @param name last part of its key
     * @return whether {@link #parameter} will find it
     */
    public boolean has(String name) {
        return network.source.contains(child(name).path);
    }

    /**
     * Builds nodes that are named after this part.
     *
     * @param layer builds them
     * @param <T> what it gives
     * @return what the layer gave
     */
    public <T> T build(Supplier<T> layer) {
        return network.graph.inScope(path, layer);
    }

    /**
     * Returns the graph.
     *
     * @return the graph under construction
     */
    public Graph graph() {
        return network.graph;
    }

    /**
     * Returns the element type of activations.
     *
     * @return FLOAT or FLOAT16
     */
    public ElementType elementType() {
        return network.elementType;
    }

    /**
     * Returns the element type that transformers attend in.
     *
     * @return FLOAT or FLOAT16
     */
    public ElementType attentionType() {
        return network.attentionType;
    }
}
