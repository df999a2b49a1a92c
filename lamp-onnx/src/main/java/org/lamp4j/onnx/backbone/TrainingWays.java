package org.lamp4j.onnx.backbone;

import com.google.common.base.Suppliers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.graph.DeviceMemory;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.training.FlippedKernels;
import org.lamp4j.onnx.training.Recomputation;
import org.lamp4j.onnx.training.RecomputingGraph;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.onnx.training.StepParts;
import org.lamp4j.onnx.training.TrainingStep;
import org.lamp4j.onnx.training.VideoUNetTrainer;
import org.lamp4j.spi.MotionTrainer;

/** The ways to train a video UNet, each with what it takes. */
final class TrainingWays {

    /** Parameters, gradients and both moments. */
    private static final int BUFFERS_OF_A_TRAINER = 4;

    /**
     * Of these, a GPU has the moments beside the step, whose inputs and outputs are parameters and gradients, and a
     * tenth of all for blocks that an update works in, as peaks at full size have shown.
     */
    private static final double BESIDE_THE_STEP = 0.6;

    private final ComputeDevice device;
    private final MotionWeights start;
    private final MotionWeights fixed;
    private final Set<String> trained;
    private final Function<Target, VideoUNetGraph> unet;

    /** What steps that recompute are made from, which stays as it is. */
    private final Supplier<Graph> forward;

    /**
     * Prepares them.
     *
     * @param device where the UNet runs
     * @param start the trained parameters
     * @param fixed other parameters of the pattern
     * @param unet builds the UNet for a kind of device, all those parameters being inputs
     */
    TrainingWays(
            ComputeDevice device, MotionWeights start, MotionWeights fixed, Function<Target, VideoUNetGraph> unet) {
        this.device = device;
        this.start = start;
        this.fixed = fixed;
        this.trained = start.names();
        this.unet = unet;
        forward =
                Suppliers.memoize(() -> StepGraph.forward(unet.apply(device.targetOfTraining()), device.elementType()));
    }

    /** Returns all ways, the fastest first: those that keep all activations, then those that recompute ever more. */
    List<MemoryPlan<MotionTrainer>> all() {
        Graph whole = StepGraph.of(unet.apply(device.target()), trained, device.elementType());
        List<MemoryPlan<MotionTrainer>> plans = new ArrayList<>();
        if (device.sharesMemoryOfProcessor()) {
            if (MemoryPlan.copiesWeights(MemoryPlan.weightBytes(whole))) {
                plans.add(new MemoryPlan<>(
                        "weights copied",
                        () -> optimizerBytes() + MemoryPlan.weightBytes(whole) + heldBytes(whole),
                        () -> new VideoUNetTrainer(whole, start, fixed, device)));
            }
            plans.addAll(mapped("weights mapped", () -> whole));
        } else {
            plans.add(onGpu("activations kept", () -> whole));
        }
        plans.addAll(recomputing(Recomputation.choices()));
        return plans;
    }

    /**
     * Returns the ways that recompute activations, the fastest first: by each rule in one session, then by each in
     * parts, since pages that a part has to be given anew cost more than what it keeps saves. On a GPU channels last
     * would gain no time in them, and take more memory.
     */
    List<MemoryPlan<MotionTrainer>> recomputing(List<Recomputation> rules) {
        List<MemoryPlan<MotionTrainer>> plans = new ArrayList<>();
        List<MemoryPlan<MotionTrainer>> inParts = new ArrayList<>();
        for (Recomputation rule : rules) {
            Supplier<StepParts> parts = Suppliers.memoize(() -> StepParts.of(forward.get(), trained, rule));
            Supplier<Graph> joined = Suppliers.memoize(() -> RecomputingGraph.of(forward.get(), parts.get(), trained));
            if (!device.sharesMemoryOfProcessor()) {
                plans.add(onGpu(rule.toString(), joined));
            } else if (device.elementType() != ElementType.FLOAT) { // parts know nothing of a loss scale
                plans.addAll(mapped("weights mapped and " + rule, joined));
            } else {
                MemoryPlan<MotionTrainer> apart = new MemoryPlan<>(
                        "weights mapped, " + rule + " in parts", () -> bytes(parts.get()), () -> inParts(parts.get()));
                // a session keeps the buffers of all parts
                mapped("weights mapped and " + rule, joined).forEach(plan -> plans.add(plan.noLessThan(apart)));
                inParts.add(apart);
            }
        }
        plans.addAll(inParts);
        return plans;
    }

    private long bytes(StepParts parts) {
        return optimizerBytes() + MemoryPlan.withSpare(parts.peakBytes(trained));
    }

    private MotionTrainer inParts(StepParts parts) {
        return new VideoUNetTrainer(() -> TrainingStep.recomputing(parts, device.lowMemory()), start, fixed, device);
    }

    private List<MemoryPlan<MotionTrainer>> mapped(String name, Supplier<Graph> step) {
        return List.of(
                new MemoryPlan<>(
                        name + ", kernels flipped once",
                        () -> optimizerBytes() + FlippedKernels.byteCount(step.get()) + heldBytes(step.get()),
                        () -> new VideoUNetTrainer(
                                FlippedKernels.computedIn(step.get()), start, fixed, device.mapped())),
                new MemoryPlan<>(
                        name,
                        () -> optimizerBytes() + heldBytes(step.get()),
                        () -> new VideoUNetTrainer(step.get(), start, fixed, device.mapped())));
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

    private static long heldBytes(Graph step) {
        return MemoryPlan.withSpare(TrainingStep.wholeHeldBytes(step));
    }

    private long optimizerBytes() {
        return BUFFERS_OF_A_TRAINER * Float.BYTES * start.elementCount();
    }
}
