package org.lamp4j.onnx.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.onnx.autodiff.PartGradients;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.GraphParts;
import org.lamp4j.onnx.graph.PeakMemory;

/**
 * The graphs of a training step in parts, and what is kept between them.
 *
 * @param forward the parts to run forward, in their order: all but the last, which need only run backward
 * @param backward the parts to run backward, in forward order; empty for one without anything trained in or before it
 * @param needed by the number of parts still to run backward: names of the values that they take
 */
record StepParts(List<Graph> forward, List<Optional<Graph>> backward, List<Set<String>> needed) {

    /** Cuts a graph of {@link StepGraph#forward} whose loss is differentiated by its inputs of the given names. */
    static StepParts of(Graph graph, Set<String> trained) {
        List<Graph> parts = GraphParts.of(graph);
        List<Optional<Graph>> backward = PartGradients.of(graph, StepGraph.differentiated(graph), trained);
        List<Set<String>> needed = new ArrayList<>();
        needed.add(Set.of());
        for (Optional<Graph> part : backward) {
            Set<String> values = new HashSet<>(needed.get(needed.size() - 1));
            part.ifPresent(
                    graphBack -> graphBack.inputs().forEach(input -> values.add(PartGradients.valueOf(input.name()))));
            needed.add(values);
        }
        return new StepParts(parts.subList(0, parts.size() - 1), backward, needed);
    }

    /**
     * Estimates the most memory that a step takes beside parameters and their gradients.
     *
     * @param outside names of the parameters' gradients
     * @return bytes
     */
    long peakBytes(Set<String> outside) {
        Map<String, Long> kept = new HashMap<>();
        long peak = 0;
        for (Graph part : forward) {
            peak = Math.max(peak, sum(kept) + PeakMemory.of(part, outside));
            keep(kept, part, outside);
        }
        for (int index = backward.size() - 1; index >= 0; index--) {
            if (backward.get(index).isPresent()) {
                Graph part = backward.get(index).get();
                peak = Math.max(peak, sum(kept) + PeakMemory.of(part, outside));
                keep(kept, part, outside);
            }
            kept.keySet().retainAll(needed.get(index));
        }
        return peak;
    }

    private static void keep(Map<String, Long> kept, Graph part, Set<String> outside) {
        part.outputs().forEach((name, value) -> {
            if (!outside.contains(name)) {
                kept.put(name, value.type().byteSize());
            }
        });
    }

    private static long sum(Map<String, Long> kept) {
        return kept.values().stream().mapToLong(Long::longValue).sum();
    }
}
