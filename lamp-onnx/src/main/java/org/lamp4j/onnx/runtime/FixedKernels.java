package org.lamp4j.onnx.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.lamp4j.onnx.graph.FixedInputs;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Subgraph;
import org.lamp4j.onnx.graph.Value;

/**
 * The kernels of convolutions with channels last, which ONNX Runtime takes on a GPU as weights only. Checkpoints have
 * them in another order, so they are computed when a session is opened, into memory of a temporary file.
 */
final class FixedKernels {

    private FixedKernels() {}

    /**
     * Computes them on the CPU.
     *
     * @param graph a graph
     * @return the same with weights in their place
     * @throws UncheckedIOException if there is no room for the file
     */
    static Graph computedIn(Graph graph) {
        Set<Value> kernels = FixedInputs.of(graph);
        if (kernels.isEmpty()) {
            return graph;
        }
        try {
            return Subgraph.withComputed(graph, ComputedWeights.of(kernels));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }
}
