package org.lamp4j.onnx.backbone;

import com.google.common.base.Suppliers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.graph.DeviceMemory;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.training.FlippedKernels;
import org.lamp4j.onnx.training.RecomputingGraph;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.onnx.training.TrainingStep;
import org.lamp4j.onnx.training.VideoUNetTrainer;
import org.lamp4j.spi.MotionTrainer;

/**
 * The ways to train a pattern, each with what it takes.
 *
 * @param start the trained parameters
 * @param fixed other parameters of the pattern
 * @param device where to train
 * @param unet builds the network that is trained
 */
record TrainingWays(MotionWeights start, MotionWeights fixed, ComputeDevice device, Supplier<VideoUNetGraph> unet) {

    /** Parameters, gradients and both moments. */
    private static final int BUFFERS_OF_A_TRAINER = 4;

    /**
     * Of these, a GPU has the moments beside the step, whose inputs and outputs are parameters and gradients, and a
     * tenth of all for blocks that an update works in, as peaks at full size have shown.
     */
    private static final double BESIDE_THE_STEP = 0.6;

    /** Returns all ways, the fastest first. */
    List<MemoryPlan<MotionTrainer>> all() {
        Graph whole = StepGraph.of(unet.get(), start.names(), device.elementType());
        List<MemoryPlan<MotionTrainer>> plans = new ArrayList<>();
        if (!device.sharesMemoryOfProcessor()) {
            plans.add(onGpu("activations kept", () -> whole));
            plans.addAll(recomputing());
            return plans;
        }
        long weightBytes = MemoryPlan.weightBytes(whole);
        if (MemoryPlan.copiesWeights(weightBytes)) {
            plans.add(new MemoryPlan<>(
                    "weights copied",
                    () -> optimizerBytes() + weightBytes + heldBytes(whole),
                    () -> new VideoUNetTrainer(whole, start, fixed, device)));
        }
        plans.add(new MemoryPlan<>(
                "weights mapped, kernels flipped once",
                () -> optimizerBytes() + FlippedKernels.byteCount(whole) + heldBytes(whole),
                () -> new VideoUNetTrainer(FlippedKernels.computedIn(whole), start, fixed, device.mapped())));
        plans.add(new MemoryPlan<>(
                "weights mapped",
                () -> optimizerBytes() + heldBytes(whole),
                () -> new VideoUNetTrainer(whole, start, fixed, device.mapped())));
        plans.addAll(recomputing());
        return plans;
    }

    /** Returns the ways that compute activations once more instead of keeping them, the fastest first. */
    List<MemoryPlan<MotionTrainer>> recomputing() {
        Set<String> trained = start.names();
        Supplier<Graph> forward = Suppliers.memoize(() -> StepGraph.forward(unet.get(), device.elementType()));
        Supplier<Graph> joined = Suppliers.memoize(() -> RecomputingGraph.of(forward.get(), trained));
        if (!device.sharesMemoryOfProcessor()) {
            return List.of(onGpu("recomputation", joined));
        }
        List<MemoryPlan<MotionTrainer>> plans = new ArrayList<>();
        plans.add(new MemoryPlan<>(
                "weights mapped and recomputation, kernels flipped once",
                () -> optimizerBytes() + FlippedKernels.byteCount(joined.get()) + heldBytes(joined.get()),
                () -> new VideoUNetTrainer(FlippedKernels.computedIn(joined.get()), start, fixed, device.mapped())));
        plans.add(new MemoryPlan<>(
                "weights mapped and recomputation",
                () -> optimizerBytes() + heldBytes(joined.get()),
                () -> new VideoUNetTrainer(joined.get(), start, fixed, device.mapped())));
        if (device.elementType() == ElementType.FLOAT) { // parts know nothing of a loss scale
            plans.add(new MemoryPlan<>(
                    "weights mapped, recomputation in parts",
                    () -> optimizerBytes()
                            + MemoryPlan.withSpare(TrainingStep.recomputingPeakBytes(forward.get(), trained)),
                    () -> new VideoUNetTrainer(
                            () -> TrainingStep.recomputing(forward.get(), trained, device.lowMemory()),
                            start,
                            fixed,
                            device)));
        }
        return plans;
    }

    /** A step in one session: parts would hand values on through host memory. */
    private MemoryPlan<MotionTrainer> onGpu(String name, Supplier<Graph> step) {
        boolean freesAtOnce = device.freesBuffersAtOnce();
        long kept = freesAtOnce ? (long) (BESIDE_THE_STEP * optimizerBytes()) : 0;
        return new MemoryPlan<>(
                name,
                () -> DeviceMemory.of(step.get(), freesAtOnce) + kept,
                () -> new VideoUNetTrainer(step.get(), start, fixed, device));
    }

    private long optimizerBytes() {
        return BUFFERS_OF_A_TRAINER * Float.BYTES * start.elementCount();
    }

    private static long heldBytes(Graph step) {
        return MemoryPlan.withSpare(TrainingStep.wholeHeldBytes(step));
    }
}
