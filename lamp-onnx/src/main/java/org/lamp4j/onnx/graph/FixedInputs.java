package org.lamp4j.onnx.graph;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What nodes {@linkplain Operator#wantsFixed want to be fixed} when a session is opened, and other nodes compute from
 * weights and constants: it has to be computed beforehand.
 */
public final class FixedInputs {

    private FixedInputs() {}

    /**
     * Finds them.
     *
     * @param graph the graph
     * @return the values, in the order of the nodes that want them
     */
    public static Set<Value> of(Graph graph) {
        Set<Value> wanted = new LinkedHashSet<>();
        for (Node node : graph.nodes()) {
            for (int index = 0; index < node.inputs().size(); index++) {
                Value input = node.input(index);
                if (node.operator().wantsFixed(index) && input.producer().isPresent()) {
                    wanted.add(input);
                }
            }
        }
        return wanted;
    }

    /**
     * Returns what is computed on the way to values, these included.
     *
     * @param values computed values
     * @return them, and what they are computed from, down to weights, constants and inputs
     */
    static Set<Value> computedFor(Iterable<Value> values) {
        Set<Value> computed = new HashSet<>();
        values.forEach(value -> add(computed, value));
        return computed;
    }

    private static void add(Set<Value> computed, Value value) {
        if (value.producer().isPresent() && computed.add(value)) {
            value.producer().get().inputs().forEach(input -> add(computed, input));
        }
    }
}
