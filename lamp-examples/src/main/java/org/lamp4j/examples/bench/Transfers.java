package org.lamp4j.examples.bench;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;

/**
 * What is copied between host and device memory in one run of a graph, counted from its inputs and outputs. On the CPU
 * they stay where they are.
 *
 * @param inputBytes to the GPU
 * @param outputBytes back from it
 */
record Transfers(long inputBytes, long outputBytes) {

    private static final double MEBIBYTE = 1L << 20;

    /**
     * Counts the bytes of a graph.
     *
     * @param graph the graph
     * @param resident names of inputs that a session keeps as constants
     */
    static Transfers of(Graph graph, Set<String> resident) {
        List<Value> inputs = graph.inputs().stream()
                .filter(input -> !resident.contains(input.name()))
                .toList();
        return new Transfers(bytes(inputs), bytes(graph.outputs().values()));
    }

    private static long bytes(Collection<Value> values) {
        return values.stream().mapToLong(value -> value.type().byteSize()).sum();
    }

    double inputMebibytes() {
        return inputBytes / MEBIBYTE;
    }

    double outputMebibytes() {
        return outputBytes / MEBIBYTE;
    }
}
