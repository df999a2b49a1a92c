package org.lamp4j.onnx.graph;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a device's memory pool comes to hold for the computed values of a graph, if each value's memory is free for any
 * other as soon as nothing reads it. The nodes run in the graph's order.
 */
final class ArenaMemory {

    private static final String RESHAPE = "Reshape";

    private final Graph graph;
    private final Set<Value> fixed;

    /** The value that lies in the same memory, for reshaped ones. */
    private final Map<Value, Value> origins = new HashMap<>();

    /** How many nodes and outputs still need a value. */
    private final Map<Value, Integer> uses = new HashMap<>();

    private ArenaMemory(Graph graph, Set<Value> fixed) {
        this.graph = graph;
        this.fixed = fixed;
        for (Node node : graph.nodes()) {
            node.inputs().forEach(input -> uses.merge(origin(input), 1, Integer::sum));
            if (node.operator().name().equals(RESHAPE)) {
                origins.put(node.output(0), origin(node.input(0)));
            }
        }
        graph.outputs().values().forEach(output -> uses.merge(origin(output), 1, Integer::sum));
    }

    private Value origin(Value value) {
        return origins.getOrDefault(value, value);
    }

    /**
     * Estimates what the pool comes to hold.
     *
     * @param graph the graph
     * @param fixed what lies elsewhere: weights, and what was computed when the graph was loaded
     * @return bytes
     */
    static long held(Graph graph, Set<Value> fixed) {
        return new ArenaMemory(graph, fixed).run();
    }

    private long run() {
        Arena arena = new Arena();
        Map<Value, Arena.Piece> places = new HashMap<>();
        for (Node node : graph.nodes()) {
            for (Value output : node.outputs()) {
                if (!origins.containsKey(output) && !fixed.contains(output)) {
                    Arena.Piece piece = arena.take(output.type().byteSize());
                    if (uses.containsKey(output)) {
                        places.put(output, piece);
                    } else {
                        arena.giveBack(piece);
                    }
                }
            }
            for (Value input : node.inputs()) {
                Value value = origin(input);
                if (uses.merge(value, -1, Integer::sum) == 0 && places.containsKey(value)) {
                    arena.giveBack(Objects.requireNonNull(places.remove(value)));
                }
            }
        }
        return arena.heldBytes();
    }
}
