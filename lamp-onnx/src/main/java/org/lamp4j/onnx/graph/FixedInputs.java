package org.lamp4j.onnx.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What nodes {@linkplain Operator#wantsFixed want to be fixed} when a session is opened, and other nodes compute from
 * weights and constants: it has to be computed beforehand.
 */
public final class FixedInputs {

    private final Map<String, Value> first = new HashMap<>();
    private final Map<Value, String> recipes = new HashMap<>();
    private final Map<Value, Value> wanted = new LinkedHashMap<>();

    private FixedInputs(Graph graph) {
        for (Node node : graph.nodes()) {
            for (int index = 0; index < node.inputs().size(); index++) {
                Value input = node.input(index);
                if (node.operator().wantsFixed(index) && input.producer().isPresent()) {
                    wanted.put(input, first.computeIfAbsent(recipe(input), none -> input));
                }
            }
        }
    }

    /**
     * Finds them.
     *
     * @param graph the graph
     * @return each such value with the first of those that are computed in the same way from the same weights
     */
    public static Map<Value, Value> of(Graph graph) {
        return new FixedInputs(graph).wanted;
    }

    /** Returns how a value is computed, and from what. */
    private String recipe(Value value) {
        String known = recipes.get(value);
        if (known != null) {
            return known;
        }
        String recipe = value.producer()
                .map(node -> {
                    List<String> inputs =
                            node.inputs().stream().map(this::recipe).toList();
                    return node.operator() + " " + new TreeMap<>(node.attributes()) + " " + inputs;
                })
                .orElse(value.name());
        recipes.put(value, recipe);
        return recipe;
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
