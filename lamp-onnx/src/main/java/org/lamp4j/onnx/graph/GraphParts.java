package org.lamp4j.onnx.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A graph cut into smaller ones that run one after another. What one part computes and a later one uses is an output of
 * the first and an input of the second, both under the value's name; only such values need be kept between the parts.
 * Knows no operator and no model.
 *
 * <pre>
 *   x ─▶[ part 0 ]─ a ─▶[ part 1 ]─ b ─▶[ part 2 ]─▶ y        inputs of part 2: a, b
 *                   └───────────────────▶
 * </pre>
 *
 * <p>Nodes stand in an order in which they can run, so a cut is a place in that order and a part a range of nodes.
 */
public final class GraphParts {

    private final Graph whole;

    /** The place of the node that computes each value, and of the last node that uses it. */
    private final Map<Value, Integer> places = new HashMap<>();

    private final Map<Value, Integer> lastUses = new HashMap<>();

    private GraphParts(Graph whole) {
        this.whole = whole;
        for (int place = 0; place < whole.nodes().size(); place++) {
            Node node = whole.nodes().get(place);
            for (Value input : node.inputs()) {
                lastUses.put(input, place);
            }
            for (Value output : node.outputs()) {
                places.put(output, place);
            }
        }
    }

    /**
     * Cuts a graph at its {@linkplain Graph#cutAfter declared places}.
     *
     * @param whole the graph, which stays as it is; each of its outputs is computed by a node
     * @return new graphs in the order they run; nodes, inputs, outputs and weights have the names they have in the
     *     whole
     */
    public static List<Graph> of(Graph whole) {
        return new GraphParts(whole).cut();
    }

    private List<Graph> cut() {
        List<Graph> parts = new ArrayList<>();
        int from = 0;
        for (int end : ends()) {
            Map<String, Value> wanted = wanted(from, end);
            if (!wanted.isEmpty()) {
                int start = from;
                String name = whole.name() + ", part " + parts.size();
                parts.add(Subgraph.of(name, wanted, value -> place(value) < start));
            }
            from = end;
        }
        return parts;
    }

    private int place(Value value) {
        return Objects.requireNonNull(places.get(value));
    }

    /** The places before which a part ends, ascending. */
    private List<Integer> ends() {
        List<Integer> ends = new ArrayList<>();
        whole.cuts().forEach(cut -> ends.add(place(cut) + 1));
        ends.add(whole.nodes().size());
        return ends.stream().sorted().distinct().toList();
    }

    /** What a range of nodes computes for later ones or for outside. */
    private Map<String, Value> wanted(int from, int end) {
        Map<String, Value> wanted = new LinkedHashMap<>();
        for (Node node : whole.nodes().subList(from, end)) {
            for (Value output : node.outputs()) {
                if (lastUses.getOrDefault(output, -1) >= end) {
                    wanted.put(output.name(), output);
                }
            }
        }
        whole.outputs().forEach((name, value) -> {
            if (place(value) >= from && place(value) < end) {
                wanted.put(name, value);
            }
        });
        return wanted;
    }
}
