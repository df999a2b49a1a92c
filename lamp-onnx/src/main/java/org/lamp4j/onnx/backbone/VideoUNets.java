package org.lamp4j.onnx.backbone;

import com.google.common.base.Suppliers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.onnx.device.Devices;
import org.lamp4j.onnx.graph.DeviceMemory;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.model.LowRankParameters;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.model.VideoUNetParameters;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.training.FlippedKernels;
import org.lamp4j.onnx.training.RecomputingGraph;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.onnx.training.TrainingStep;
import org.lamp4j.onnx.training.VideoUNetTrainer;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.Shape;

/**
 * Opens the video UNet for running or training, in the fastest way that fits a memory budget: of host memory, or of a
 * GPU's own.
 *
 * @param files the model
 * @param device where to run it
 * @param budget memory that one opened network may take
 */
record VideoUNets(ModelFiles files, ComputeDevice device, MemoryBudget budget) {

    private static final MotionWeights NO_CONSTANTS = MotionWeights.of(List.of());

    /** The parameters a pattern leaves out begin the same every time. */
    static final long INFLATION_SEED = 0;

    /** Parameters, gradients and both moments. */
    private static final int BUFFERS_OF_A_TRAINER = 4;

    /**
     * Of these, a GPU has the moments beside the step, whose inputs and outputs are parameters and gradients, and a
     * tenth of all for blocks that an update works in, as peaks at full size have shown.
     */
    private static final double BESIDE_THE_STEP = 0.6;

    /** Copying more weights than this takes longer than it saves: a twentieth of a pass. */
    private static final long COPIED_WEIGHTS_BYTES = 1L << 30;

    /** Clips whose values take more than this are faster one after another than together, on the CPU. */
    private static final long TOGETHER_BYTES = 256L << 20;

    /**
     * For what kernels need inside and for memory that is free but in pieces. With it the estimates of full-size
     * passes, forward and in training, come near to what they take.
     */
    private static final double SPARE = 1.4;

    /**
     * What sessions and the allocator keep, at most: glibc takes blocks of up to 32 MiB from heaps that come to lie in
     * pieces. Small networks have only such blocks and keep up to twice what they need.
     */
    private static final long SPARE_BYTES = 512L << 20;

    NoisePredictor predictor(
            MotionWeights motion, LowRankUpdates updates, Shape latents, int promptChunks, int reuses) {
        return built(latents, () -> choose(waysToPredict(motion, updates, inputs(latents, promptChunks), reuses)));
    }

    /** Tells whether a way to predict fits the budget; for the least budget one always does. */
    boolean fitsMemory(MotionWeights motion, LowRankUpdates updates, Shape latents, int promptChunks, int reuses) {
        if (budget.isLeast()) {
            return true;
        }
        long bytes = Devices.budget(device, budget).bytes();
        try {
            return waysToPredict(motion, updates, inputs(latents, promptChunks), reuses).stream()
                    .anyMatch(plan -> plan.bytes().getAsLong() <= bytes);
        } catch (ArithmeticException e) {
            return false;
        }
    }

    /** Sizes within a graph are whole numbers of 32 bits; no memory holds what has more. */
    private static <T> T built(Shape latents, Supplier<T> opening) {
        try {
            return opening.get();
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "expected latents that a network can be built for, but was " + latents + ", which is too large", e);
        }
    }

    /**
     * Returns the ways to run the network forward, the fastest first.
     *
     * @param motion the pattern's parameters
     * @param updates the low-rank updates among them
     * @param inputs shapes of all clips of a batch
     * @param reuses how many runs may keep deep features at the same time
     * @return the ways
     */
    List<MemoryPlan<NoisePredictor>> waysToPredict(
            MotionWeights motion, LowRankUpdates updates, VideoUNetGraph.Inputs inputs, int reuses) {
        Shape latents = inputs.latents();
        PredictorGraphs graphs = predicting(motion, updates, inputs, reuses);
        if (!device.sharesMemoryOfProcessor()) {
            Supplier<PredictorGraphs> single =
                    Suppliers.memoize(() -> predicting(motion, updates, inputs.ofOneClip(), reuses));
            return waysToPredictOnGpu(motion, latents, graphs, single);
        }
        if (latents.size(0) > 1 && graphs.peakBytes() > TOGETHER_BYTES) {
            graphs = predicting(motion, updates, inputs.ofOneClip(), reuses);
        }
        return waysToPredict(graphs, motion, latents, reuses);
    }

    private List<MemoryPlan<NoisePredictor>> waysToPredictOnGpu(
            MotionWeights motion, Shape latents, PredictorGraphs all, Supplier<PredictorGraphs> single) {
        List<MemoryPlan<NoisePredictor>> plans = new ArrayList<>();
        plans.add(new MemoryPlan<>(
                "all clips together",
                () -> all.deviceBytes(device),
                () -> new VideoUNetPredictor(all, motion, latents, device, files.unet())));
        if (latents.size(0) > 1) {
            plans.add(new MemoryPlan<>(
                    "one clip after another",
                    () -> single.get().deviceBytes(device),
                    () -> new VideoUNetPredictor(single.get(), motion, latents, device, files.unet())));
        }
        return plans;
    }

    private List<MemoryPlan<NoisePredictor>> waysToPredict(
            PredictorGraphs graphs, MotionWeights motion, Shape latents, int reuses) {
        long features = reuses * graphs.featureBytes() * (latents.size(0) / graphs.clips());
        List<MemoryPlan<NoisePredictor>> plans = new ArrayList<>();
        if (copies(graphs.weightBytes())) {
            plans.add(new MemoryPlan<>(
                    "weights copied",
                    () -> graphs.weightBytes() + withSpare(graphs.heldBytes()) + features,
                    () -> new VideoUNetPredictor(graphs, motion, latents, device, files.unet())));
        }
        plans.add(new MemoryPlan<>(
                "weights mapped",
                () -> withSpare(graphs.heldBytes()) + features,
                () -> new VideoUNetPredictor(graphs, motion, latents, device.mapped(), files.unet())));
        Supplier<PredictorGraphs> parts = Suppliers.memoize(graphs::inParts);
        plans.add(new MemoryPlan<>(
                "weights mapped, in parts",
                () -> withSpare(parts.get().peakBytes()) + features,
                () -> new VideoUNetPredictor(parts.get(), motion, latents, device.lowMemory(), files.unet())));
        return plans;
    }

    private <T> T choose(List<MemoryPlan<T>> plans) {
        return MemoryPlan.choose(Devices.budget(device, budget), plans).open().get();
    }

    private static boolean copies(long weightBytes) {
        return weightBytes <= COPIED_WEIGHTS_BYTES;
    }

    private static long withSpare(long bytes) {
        return (long) (SPARE * bytes) + Math.min(2 * bytes, SPARE_BYTES);
    }

    private PredictorGraphs predicting(
            MotionWeights motion, LowRankUpdates updates, VideoUNetGraph.Inputs inputs, int reuses) {
        // on a GPU the pattern's parameters would be copied to it at each run
        VideoUNetGraph unet = device.sharesMemoryOfProcessor()
                ? build("video UNet", motion.names(), NO_CONSTANTS, updates, inputs)
                : build("video UNet", Set.of(), motion, updates, inputs);
        return reuses == 0 ? PredictorGraphs.of(unet) : PredictorGraphs.reusing(unet);
    }

    /**
     * Opens a trainer.
     *
     * @param start the trained parameters
     * @param fixed other parameters of the pattern
     * @param updates the low-rank updates among them
     * @param latents shape of a batch
     * @param checkpointing whether only ways that recompute are chosen from
     * @return the trainer
     */
    MotionTrainer trainer(
            MotionWeights start,
            MotionWeights fixed,
            LowRankUpdates updates,
            Shape latents,
            GradientCheckpointing checkpointing) {
        if (checkpointing == GradientCheckpointing.ALWAYS) {
            return built(
                    latents,
                    () -> choose(waysToRecompute(start, fixed, () -> training(start, fixed, updates, latents))));
        }
        return built(latents, () -> choose(waysToTrain(start, fixed, updates, latents)));
    }

    /** Returns the ways to train, the fastest first. */
    List<MemoryPlan<MotionTrainer>> waysToTrain(
            MotionWeights start, MotionWeights fixed, LowRankUpdates updates, Shape latents) {
        Supplier<VideoUNetGraph> unet = () -> training(start, fixed, updates, latents);
        Graph whole = StepGraph.of(unet.get(), start.names(), device.elementType());
        List<MemoryPlan<MotionTrainer>> plans = new ArrayList<>();
        if (!device.sharesMemoryOfProcessor()) {
            plans.add(onGpu("activations kept", () -> whole, start, fixed));
            plans.addAll(waysToRecompute(start, fixed, unet));
            return plans;
        }
        if (copies(weightBytes(whole))) {
            plans.add(new MemoryPlan<>(
                    "weights copied",
                    () -> optimizerBytes(start) + weightBytes(whole) + withSpare(TrainingStep.wholeHeldBytes(whole)),
                    () -> new VideoUNetTrainer(whole, start, fixed, device)));
        }
        plans.add(new MemoryPlan<>(
                "weights mapped, kernels flipped once",
                () -> optimizerBytes(start)
                        + FlippedKernels.byteCount(whole)
                        + withSpare(TrainingStep.wholeHeldBytes(whole)),
                () -> new VideoUNetTrainer(FlippedKernels.computedIn(whole), start, fixed, device.mapped())));
        plans.add(new MemoryPlan<>(
                "weights mapped",
                () -> optimizerBytes(start) + withSpare(TrainingStep.wholeHeldBytes(whole)),
                () -> new VideoUNetTrainer(whole, start, fixed, device.mapped())));
        plans.addAll(waysToRecompute(start, fixed, unet));
        return plans;
    }

    private VideoUNetGraph training(MotionWeights start, MotionWeights fixed, LowRankUpdates updates, Shape latents) {
        List<String> inputs = new ArrayList<>(start.names());
        inputs.addAll(fixed.names());
        return build("training step", Set.copyOf(inputs), NO_CONSTANTS, updates, inputs(latents, 1));
    }

    private List<MemoryPlan<MotionTrainer>> waysToRecompute(
            MotionWeights start, MotionWeights fixed, Supplier<VideoUNetGraph> unet) {
        Set<String> trained = start.names();
        Supplier<Graph> forward = Suppliers.memoize(() -> StepGraph.forward(unet.get(), device.elementType()));
        Supplier<Graph> joined = Suppliers.memoize(() -> RecomputingGraph.of(forward.get(), trained));
        if (!device.sharesMemoryOfProcessor()) {
            return List.of(onGpu("recomputation", joined, start, fixed));
        }
        List<MemoryPlan<MotionTrainer>> plans = new ArrayList<>();
        plans.add(new MemoryPlan<>(
                "weights mapped and recomputation, kernels flipped once",
                () -> optimizerBytes(start)
                        + FlippedKernels.byteCount(joined.get())
                        + withSpare(TrainingStep.wholeHeldBytes(joined.get())),
                () -> new VideoUNetTrainer(FlippedKernels.computedIn(joined.get()), start, fixed, device.mapped())));
        plans.add(new MemoryPlan<>(
                "weights mapped and recomputation",
                () -> optimizerBytes(start) + withSpare(TrainingStep.wholeHeldBytes(joined.get())),
                () -> new VideoUNetTrainer(joined.get(), start, fixed, device.mapped())));
        if (device.elementType() == ElementType.FLOAT) { // parts know nothing of a loss scale
            plans.add(new MemoryPlan<>(
                    "weights mapped, recomputation in parts",
                    () -> optimizerBytes(start) + withSpare(TrainingStep.recomputingPeakBytes(forward.get(), trained)),
                    () -> new VideoUNetTrainer(
                            () -> TrainingStep.recomputing(forward.get(), trained, device.lowMemory()),
                            start,
                            fixed,
                            device)));
        }
        return plans;
    }

    /** A step in one session: parts would hand values on through host memory. */
    private MemoryPlan<MotionTrainer> onGpu(
            String name, Supplier<Graph> step, MotionWeights start, MotionWeights fixed) {
        boolean freesAtOnce = device.freesBuffersAtOnce();
        long kept = freesAtOnce ? (long) (BESIDE_THE_STEP * optimizerBytes(start)) : 0;
        return new MemoryPlan<>(
                name,
                () -> DeviceMemory.of(step.get(), freesAtOnce) + kept,
                () -> new VideoUNetTrainer(step.get(), start, fixed, device));
    }

    private static long optimizerBytes(MotionWeights trained) {
        return BUFFERS_OF_A_TRAINER * Float.BYTES * trained.elementCount();
    }

    /** Returns the bytes of a graph's weights in float32. */
    static long weightBytes(Graph graph) {
        return graph.weights().stream()
                .map(Value::type)
                .mapToLong(type -> type.shape().elementCount() * Float.BYTES)
                .sum();
    }

    /** Returns the shapes for prompts of so many times what the text encoder gives. */
    VideoUNetGraph.Inputs inputs(Shape latents, int promptChunks) {
        int tokens = Math.multiplyExact(promptChunks, files.textConfig().positions());
        return VideoUNetGraph.Inputs.of(latents, tokens, files.unetConfig());
    }

    private VideoUNetGraph build(
            String name,
            Set<String> given,
            MotionWeights constants,
            LowRankUpdates updates,
            VideoUNetGraph.Inputs inputs) {
        boolean half = !device.sharesMemoryOfProcessor() && device.elementType() == ElementType.FLOAT16;
        VideoUNetParameters parameters = new VideoUNetParameters(
                files.unet(), inflation(), given, constants, half ? StoredType.F16 : StoredType.F32);
        return VideoUNetGraph.build(
                name, files.unetConfig(), new LowRankParameters(parameters, updates), inputs, files.unetTypes(device));
    }

    UNetInflation inflation() {
        return new UNetInflation(files.unet(), INFLATION_SEED);
    }
}
