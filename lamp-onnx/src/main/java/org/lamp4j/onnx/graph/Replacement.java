package org.lamp4j.onnx.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A graph that computes the same as another, with nodes of some operators replaced by several of others. */
public final class Replacement {

    /** Builds what stands in a node's place. */
    @FunctionalInterface
    public interface Rule {

        /**
         * Builds the replacement.
         *
         * @param node the node to replace, of the old graph
         * @param inputs its inputs in the new graph
         * @return its outputs in the new graph, of the same types
         */
        List<Value> apply(Node node, List<Value> inputs);
    }

    private Replacement() {}

    /**
     * Copies a graph. Inputs, outputs, weights and the other nodes keep their names and order; data of weights are
     * shared. The name of a new node begins with that of the node it stands for.
     *
     * @param source the graph, which stays as it is
     * @param rules what replaces the nodes of an operator
     * @return the new graph
     */
    public static Graph in(Graph source, Map<Operator, Rule> rules) {
        Graph target = new Graph(source.name(), source.target());
        Map<Value, Value> copies = new HashMap<>();
        source.inputs()
                .forEach(input -> copies.put(input, target.input(input.name(), input.elementType(), input.shape())));
        source.weights().forEach(weight -> copies.put(weight, Subgraph.declare(target, weight)));
        source.constants().forEach(constant -> copies.put(constant, Subgraph.declare(target, constant)));
        for (Node node : source.nodes()) {
            List<Value> inputs = node.inputs().stream()
                    .map(input -> Objects.requireNonNull(copies.get(input)))
                    .toList();
            Rule rule = rules.get(node.operator());
            List<Value> outputs = rule == null
                    ? target.add(new Node(node.operator(), node.name(), inputs, node.attributes()))
                            .outputs()
                    : target.inScope(node.name(), () -> rule.apply(node, inputs));
            for (int index = 0; index < outputs.size(); index++) {
                copies.put(node.output(index), outputs.get(index));
            }
        }
        source.outputs().forEach((name, value) -> target.output(name, Objects.requireNonNull(copies.get(value))));
        return target;
    }
}
