package org.lamp4j.onnx.training;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.lamp4j.onnx.autodiff.PartGradients;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.PeakMemory;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;

/**
 * Computes loss and gradients of a batch: in one session, which keeps all activations for the backward pass, or in
 * parts, which recompute it. Not safe for several threads.
 */
public interface TrainingStep extends AutoCloseable {

    /**
     * Returns a step in one session.
     *
     * @param graph a graph of {@link StepGraph#of} or {@link RecomputingGraph#of}
     * @param device where to run it
     * @return the step; the caller closes it
     */
    static TrainingStep whole(Graph graph, ComputeDevice device) {
        return new WholeStep(graph, device);
    }

    /**
     * Returns a step in parts, cut where the graph allows it, of float32 activations. Only values between parts are
     * kept from the forward pass; the gradients are the same. Takes up to two thirds more time, on small clips, and a
     * fraction of the memory.
     *
     * @param graph a graph of {@link StepGraph#forward}
     * @param trained keys of the trained parameters
     * @param device where to run it
     * @return the step; the caller closes it
     */
    static TrainingStep recomputing(Graph graph, Set<String> trained, ComputeDevice device) {
        return new RecomputingStep(graph, trained, device);
    }

    /**
     * Estimates the memory that a step in one session comes to hold beside weights, parameters and their gradients.
     *
     * @param graph a graph of {@link StepGraph#of} or {@link RecomputingGraph#of}
     * @return bytes
     */
    static long wholeHeldBytes(Graph graph) {
        return PeakMemory.held(graph, graph.outputs().keySet());
    }

    /**
     * Estimates the memory that a step in parts takes beside weights, parameters and their gradients.
     *
     * @param graph a graph of {@link StepGraph#forward}
     * @param trained keys of the trained parameters
     * @return bytes
     */
    static long recomputingPeakBytes(Graph graph, Set<String> trained) {
        Set<String> outside = trained.stream().map(PartGradients::gradientOf).collect(Collectors.toSet());
        return StepParts.of(graph, trained).peakBytes(outside);
    }

    /**
     * Returns the names of what {@link #run} must be given.
     *
     * @return names of inputs
     */
    Set<String> inputNames();

    /**
     * Runs the step.
     *
     * @param given every input, by name
     * @param gradients where to write the gradient of each trained parameter, by key
     * @return the loss
     */
    float run(Map<String, NativeTensor> given, Map<String, NativeTensor> gradients);

    /** Frees the sessions. Closing twice does nothing. */
    @Override
    void close();
}
