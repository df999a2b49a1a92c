package org.lamp4j.onnx.training;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.lamp4j.onnx.autodiff.PartGradients;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.GraphParts;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.PeakMemory;
import org.lamp4j.onnx.graph.Value;

/**
 * The graphs of a training step in parts, and what is kept between them.
 *
 * @param inputs names of the step's inputs
 * @param forward the parts to run forward, in their order: all but the last, which need only run backward
 * @param backward the parts to run backward, in forward order; empty for one without anything trained in or before it
 * @param needed by the number of parts still to run backward: names of the values that they take
 */
public record StepParts(
        Set<String> inputs, List<Graph> forward, List<Optional<Graph>> backward, List<Set<String>> needed) {

    /**
     * Cuts a graph where it allows it.
     *
     * @param graph a graph of {@link StepGraph#forward}, which stays as it is
     * @param trained keys of the trained parameters, by which the loss is differentiated
     * @param recomputation what is not computed once more
     * @return the parts
     */
    public static StepParts of(Graph graph, Set<String> trained, Recomputation recomputation) {
        List<Graph> parts = GraphParts.of(graph);
        List<Optional<Graph>> backward =
                PartGradients.of(graph, StepGraph.differentiated(graph), trained, recomputation::keeps);
        for (int index = 0; index < parts.size() - 1; index++) {
            Graph part = parts.get(index);
            backward.get(index).ifPresent(back -> handOver(part, back));
        }
        List<Set<String>> needed = new ArrayList<>();
        needed.add(Set.of());
        for (Optional<Graph> part : backward) {
            Set<String> values = new HashSet<>(needed.get(needed.size() - 1));
            part.ifPresent(
                    graphBack -> graphBack.inputs().forEach(input -> values.add(PartGradients.valueOf(input.name()))));
            needed.add(values);
        }
        Set<String> inputs =
                new LinkedHashSet<>(graph.inputs().stream().map(Value::name).toList());
        return new StepParts(inputs, parts.subList(0, parts.size() - 1), backward, needed);
    }

    /** What the backward graph takes from the inside of its part becomes an output of that. */
    private static void handOver(Graph forward, Graph backward) {
        Set<String> taken = backward.inputs().stream().map(Value::name).collect(Collectors.toSet());
        taken.removeAll(forward.outputs().keySet());
        for (Node node : forward.nodes()) {
            node.outputs().stream()
                    .filter(value -> taken.contains(value.name()))
                    .forEach(value -> forward.output(value.name(), value));
        }
    }

    /**
     * Estimates the most memory that a step takes beside weights, parameters and their gradients.
     *
     * @param trained keys of the trained parameters
     * @return bytes
     */
    public long peakBytes(Set<String> trained) {
        Set<String> outside = trained.stream().map(PartGradients::gradientOf).collect(Collectors.toSet());
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
