package org.lamp4j.onnx.training;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Subgraph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.ComputedWeights;

/**
 * The flipped kernels by which gradients go back through frozen convolutions, computed once. A session to which weights
 * are constants does that when it loads them; to one whose weights are mapped they are inputs, and it would flip them
 * at every step, which takes as long for a small clip as for a large one.
 */
public final class FlippedKernels {

    private static final System.Logger LOG = System.getLogger(FlippedKernels.class.getName());

    /** What leaves elements where they are costs nothing at a step. */
    private static final Set<String> IN_PLACE = Set.of("Reshape", "Cast");

    private FlippedKernels() {}

    /**
     * Returns how much memory they take.
     *
     * @param step a graph of a training step
     * @return bytes of a file that is mapped
     */
    public static long byteCount(Graph step) {
        return in(step).stream().mapToLong(kernel -> kernel.type().byteSize()).sum();
    }

    /**
     * Computes them and maps them from a temporary file, which is gone from its folder before this returns.
     *
     * @param step a graph of a training step
     * @return the same graph with weights in their place; the graph itself if there is no room for the file, which is
     *     logged
     */
    public static Graph computedIn(Graph step) {
        Set<Value> kernels = in(step);
        if (kernels.isEmpty()) {
            return step;
        }
        try {
            return Subgraph.withComputed(step, ComputedWeights.of(kernels));
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "kernels are flipped at every step, since there is no room to keep them flipped",
                    e);
            return step;
        }
    }

    /**
     * Returns what convolutions of float32 take as kernels and nodes make of weights alone, elements in another order.
     */
    private static Set<Value> in(Graph step) {
        Set<Value> fixed = new HashSet<>(step.weights());
        fixed.addAll(step.constants());
        Set<Value> moved = new HashSet<>();
        Set<Value> kernels = new LinkedHashSet<>();
        for (Node node : step.nodes()) {
            if (fixed.containsAll(node.inputs())) {
                fixed.addAll(node.outputs());
                if (!IN_PLACE.contains(node.operator().name())
                        || node.inputs().stream().anyMatch(moved::contains)) {
                    moved.addAll(node.outputs());
                }
            } else if (node.operator().name().equals("Conv")
                    && moved.contains(node.input(1))
                    && node.input(1).elementType() == ElementType.FLOAT) {
                kernels.add(node.input(1));
            }
        }
        return kernels;
    }
}
