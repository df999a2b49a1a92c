package org.lamp4j.onnx.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How much memory the computed values of a graph take at once, from their shapes: a value is there from the node that
 * computes it to the last one that uses it, and the nodes run in the graph's order. Inputs and weights are the caller's and
 * not counted. ONNX Runtime needs less where it computes in place, and more for what its kernels need inside.
 */
public final class PeakMemory {

    private PeakMemory() {}

    /**
     * Estimates the peak of a run.
     *
     * @param graph the graph
     * @param outside names of outputs that are written to memory of the caller's, which is not counted
     * @return bytes
     */
    public static long of(Graph graph, Set<String> outside) {
        Map<Value, Integer> lastUses = new HashMap<>();
        for (int place = 0; place < graph.nodes().size(); place++) {
            Node node = graph.nodes().get(place);
            for (Value output : node.outputs()) {
                lastUses.put(output, place);
            }
            for (Value input : node.inputs()) {
                lastUses.put(input, place);
            }
        }
        Set<Value> elsewhere = new HashSet<>();
        graph.outputs().forEach((name, value) -> {
            lastUses.put(value, Integer.MAX_VALUE);
            if (outside.contains(name)) {
                elsewhere.add(value);
            }
        });
        long now = 0;
        long peak = 0;
        for (int place = 0; place < graph.nodes().size(); place++) {
            Node node = graph.nodes().get(place);
            Set<Value> gone = new HashSet<>();
            for (Value output : node.outputs()) {
                now += elsewhere.contains(output) ? 0 : output.type().byteSize();
                gone.add(output);
            }
            peak = Math.max(peak, now);
            gone.addAll(node.inputs());
            for (Value value : gone) {
                boolean computed = value.producer().isPresent() && !elsewhere.contains(value);
                if (computed && lastUses.get(value) == place) {
                    now -= value.type().byteSize();
                }
            }
        }
        return peak;
    }

    /**
     * Estimates the peak of graphs that run one after another, each value between them being kept until the last that takes
     * it has run.
     *
     * @param parts the graphs in the order they run
     * @param outside names of outputs that are written to memory of the caller's, which is not counted
     * @return bytes
     */
    public static long of(List<Graph> parts, Set<String> outside) {
        Map<String, Long> kept = new HashMap<>();
        long peak = 0;
        for (int place = 0; place < parts.size(); place++) {
            long between = kept.values().stream().mapToLong(Long::longValue).sum();
            peak = Math.max(peak, between + of(parts.get(place), outside));
            parts.get(place)
                    .outputs()
                    .forEach((name, value) -> kept.put(name, value.type().byteSize()));
            Set<String> needed = new HashSet<>();
            parts.subList(place + 1, parts.size())
                    .forEach(part -> part.inputs().forEach(input -> needed.add(input.name())));
            kept.keySet().retainAll(needed);
        }
        return peak;
    }
}
