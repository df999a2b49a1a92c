package org.lamp4j.onnx.graph;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * How much of its own memory a device comes to hold for a graph, from the shapes: weights, inputs, and all that is
 * computed, outputs included. ONNX Runtime computes what follows from weights alone when it loads a graph, and copies
 * to the device only what other nodes take.
 */
public final class DeviceMemory {

    /**
     * What kernels take inside, and an order of nodes that is not the graph's: full-size passes and training steps come
     * to hold 1.0 to 1.5 times what their values do.
     */
    private static final double OF_KERNELS = 1.2;

    private DeviceMemory() {}

    /**
     * Estimates what a session holds after a run.
     *
     * @param graph the graph
     * @param freesAtOnce whether each value's memory is free for any other as soon as nothing reads it, or is kept for
     *     a value of the same shape
     * @return bytes
     */
    public static long of(Graph graph, boolean freesAtOnce) {
        boolean folds = convertsWeights(graph);
        Set<Value> fixed = folds ? folded(graph) : given(graph);
        fixed.addAll(FixedInputs.computedFor(FixedInputs.of(graph)));
        long copied = bytes(taken(graph, fixed)) + bytes(graph.inputs());
        long computed = freesAtOnce
                ? (long) (OF_KERNELS * ArenaMemory.held(graph, fixed))
                : PeakMemory.held(graph, Set.of(), fixed, PeakMemory.Planner.BY_SHAPE);
        return copied + computed;
    }

    /**
     * Tells whether weights have to be converted when the graph is loaded. Where not, nothing is gained by computing
     * what follows from them beforehand: it takes long on the host, and more of the device's memory, as transposed
     * matrices do.
     *
     * @param graph the graph
     * @return whether a weight is cast to half its size
     */
    public static boolean convertsWeights(Graph graph) {
        return graph.nodes().stream()
                .anyMatch(node -> node.operator().name().equals("Cast")
                        && node.input(0).isWeight()
                        && node.output(0).type().byteSize()
                                < node.input(0).type().byteSize());
    }

    private static Set<Value> given(Graph graph) {
        Set<Value> given = new HashSet<>(graph.weights());
        given.addAll(graph.constants());
        return given;
    }

    /** Returns what follows from weights and constants alone, these included. */
    private static Set<Value> folded(Graph graph) {
        Set<Value> fixed = given(graph);
        for (Node node : graph.nodes()) {
            if (fixed.containsAll(node.inputs())) {
                fixed.addAll(node.outputs());
            }
        }
        return fixed;
    }

    /** Returns what of it other nodes take, or is an output. */
    private static Set<Value> taken(Graph graph, Set<Value> fixed) {
        Set<Value> taken = new LinkedHashSet<>(graph.outputs().values());
        graph.nodes().stream()
                .filter(node -> !fixed.containsAll(node.outputs()))
                .forEach(node -> taken.addAll(node.inputs()));
        taken.retainAll(fixed);
        return taken;
    }

    private static long bytes(Collection<Value> values) {
        return values.stream().mapToLong(value -> value.type().byteSize()).sum();
    }
}
