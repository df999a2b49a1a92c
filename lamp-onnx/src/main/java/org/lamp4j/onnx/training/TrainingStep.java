package org.lamp4j.onnx.training;

import java.util.Map;
import java.util.Set;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.PeakMemory;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;

/**
 * Computes loss and gradients of a batch: in one session, which keeps all activations for the backward pass, or in
 * parts, which recompute it. Only the former is safe for several threads.
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
     * Returns a step in parts, of float32 activations. Of the forward pass, values between parts are kept and what is
     * not to be computed once more; the gradients are the same. Takes more time than a step in one session and a
     * fraction of the memory.
     *
     * @param parts the parts
     * @param device where to run them
     * @return the step; the caller closes it
     */
    static TrainingStep recomputing(StepParts parts, ComputeDevice device) {
        return new RecomputingStep(parts, device);
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
