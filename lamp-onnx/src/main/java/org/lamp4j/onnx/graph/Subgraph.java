package org.lamp4j.onnx.graph;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The part of a graph that some of its values need, as a graph of its own. */
public final class Subgraph {

    private final Graph target;
    private final Map<Value, ByteBuffer> computed;
    private final Map<Value, Value> copies = new HashMap<>();

    private Subgraph(String name, Target device, Map<Value, ByteBuffer> computed) {
        target = new Graph(name, device);
        this.computed = computed;
    }

    /**
     * Copies what values need, back to the graph's inputs or to values that are given. Nodes, inputs, weights and given
     * values keep their names and order, and declared places to cut stay such; data of weights are shared.
     *
     * @param name name of the new graph
     * @param wanted the values to compute, by the names they have as outputs of the new graph; of one graph, at least
     *     one
     * @param given whether a computed value is an input of the new graph instead; asked of values that the wanted ones
     *     need
     * @return the new graph
     */
    public static Graph of(String name, Map<String, Value> wanted, Predicate<Value> given) {
        return new Subgraph(name, targetOf(wanted), Map.of()).copy(wanted, given);
    }

    /**
     * Copies a graph, with weights in place of values that were computed beforehand.
     *
     * @param source the graph
     * @param computed values that nodes of it compute, with their data, little-endian
     * @return the new graph, without the nodes that are needed no longer
     */
    public static Graph withComputed(Graph source, Map<Value, ByteBuffer> computed) {
        return new Subgraph(source.name(), source.target(), computed).copy(source.outputs(), computed::containsKey);
    }

    private static Target targetOf(Map<String, Value> wanted) {
        return wanted.values().iterator().next().graph().target();
    }

    private Graph copy(Map<String, Value> wanted, Predicate<Value> given) {
        Graph source = wanted.values().iterator().next().graph();
        for (Node node : needed(source, wanted, given)) {
            add(node);
        }
        wanted.forEach((outputName, value) -> target.output(outputName, Objects.requireNonNull(copies.get(value))));
        source.cuts().stream()
                .flatMap(cut -> Optional.ofNullable(copies.get(cut)).stream())
                .filter(cut -> cut.producer().isPresent())
                .forEach(target::cutAfter);
        return target;
    }

    private static List<Node> needed(Graph source, Map<String, Value> wanted, Predicate<Value> given) {
        Set<Value> needed = new HashSet<>(wanted.values());
        List<Node> nodes = new ArrayList<>();
        for (int index = source.nodes().size() - 1; index >= 0; index--) {
            Node node = source.nodes().get(index);
            if (node.outputs().stream().anyMatch(output -> needed.contains(output) && !given.test(output))) {
                needed.addAll(node.inputs());
                nodes.add(node);
            }
        }
        Collections.reverse(nodes);
        return nodes;
    }

    private void add(Node node) {
        List<Value> inputs = new ArrayList<>();
        node.inputs().forEach(input -> inputs.add(copies.computeIfAbsent(input, this::declare)));
        Node copy = target.add(new Node(node.operator(), node.name(), inputs, node.attributes()));
        for (int index = 0; index < node.outputs().size(); index++) {
            copies.put(node.output(index), copy.output(index));
        }
    }

    private Value declare(Value value) {
        ByteBuffer data = computed.get(value);
        return data == null ? declare(target, value) : target.weight(value.name(), value.type(), data);
    }

    /** Declares what comes from outside: a constant or weight stays one, all else becomes an input. */
    static Value declare(Graph target, Value value) {
        if (value.data().isEmpty()) {
            return target.input(value.name(), value.elementType(), value.shape());
        }
        return value.isWeight()
                ? target.weight(value.name(), value.type(), value.data().orElseThrow())
                : target.constant(value.type(), value.data().orElseThrow());
    }
}
