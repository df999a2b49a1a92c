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
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.model.LowRankParameters;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.model.VideoUNetParameters;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.training.Recomputation;
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

    /** Clips whose values take more than this are faster one after another than together, on the CPU. */
    private static final long TOGETHER_BYTES = 256L << 20;

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
        if (MemoryPlan.copiesWeights(graphs.weightBytes())) {
            plans.add(new MemoryPlan<>(
                    "weights copied",
                    () -> graphs.weightBytes() + MemoryPlan.withSpare(graphs.heldBytes()) + features,
                    () -> new VideoUNetPredictor(graphs, motion, latents, device, files.unet())));
        }
        plans.add(new MemoryPlan<>(
                "weights mapped",
                () -> MemoryPlan.withSpare(graphs.heldBytes()) + features,
                () -> new VideoUNetPredictor(graphs, motion, latents, device.mapped(), files.unet())));
        Supplier<PredictorGraphs> parts = Suppliers.memoize(graphs::inParts);
        plans.add(new MemoryPlan<>(
                "weights mapped, in parts",
                () -> MemoryPlan.withSpare(parts.get().peakBytes()) + features,
                () -> new VideoUNetPredictor(parts.get(), motion, latents, device.lowMemory(), files.unet())));
        return plans;
    }

    private <T> T choose(List<MemoryPlan<T>> plans) {
        return MemoryPlan.choose(Devices.budget(device, budget), plans).open().get();
    }

    private PredictorGraphs predicting(
            MotionWeights motion, LowRankUpdates updates, VideoUNetGraph.Inputs inputs, int reuses) {
        // on a GPU the pattern's parameters would be copied to it at each run
        VideoUNetGraph unet = device.sharesMemoryOfProcessor()
                ? build("video UNet", motion.names(), NO_CONSTANTS, updates, inputs, device.target())
                : build("video UNet", Set.of(), motion, updates, inputs, device.target());
        return reuses == 0 ? PredictorGraphs.of(unet) : PredictorGraphs.reusing(unet);
    }

    /**
     * Opens a trainer.
     *
     * @param start the trained parameters
     * @param fixed other parameters of the pattern
     * @param updates the low-rank updates among them
     * @param latents shape of a batch
     * @param checkpointing whether only ways that recompute all activations are chosen from
     * @return the trainer
     */
    MotionTrainer trainer(
            MotionWeights start,
            MotionWeights fixed,
            LowRankUpdates updates,
            Shape latents,
            GradientCheckpointing checkpointing) {
        return built(latents, () -> {
            TrainingWays ways = waysToTrain(start, fixed, updates, latents);
            return choose(
                    checkpointing == GradientCheckpointing.ALWAYS
                            ? ways.recomputing(List.of(Recomputation.OF_ALL))
                            : ways.all());
        });
    }

    /** Returns the ways to train with batches of a shape. */
    TrainingWays waysToTrain(MotionWeights start, MotionWeights fixed, LowRankUpdates updates, Shape latents) {
        return new TrainingWays(device, start, fixed, target -> training(start, fixed, updates, latents, target));
    }

    private VideoUNetGraph training(
            MotionWeights start, MotionWeights fixed, LowRankUpdates updates, Shape latents, Target target) {
        List<String> inputs = new ArrayList<>(start.names());
        inputs.addAll(fixed.names());
        return build("training step", Set.copyOf(inputs), NO_CONSTANTS, updates, inputs(latents, 1), target);
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
            VideoUNetGraph.Inputs inputs,
            Target target) {
        boolean half = !device.sharesMemoryOfProcessor() && device.elementType() == ElementType.FLOAT16;
        VideoUNetParameters parameters = new VideoUNetParameters(
                files.unet(), inflation(), given, constants, half ? StoredType.F16 : StoredType.F32);
        return VideoUNetGraph.build(
                name,
                files.unetConfig(),
                new LowRankParameters(parameters, updates),
                inputs,
                files.unetTypes(device, target));
    }

    UNetInflation inflation() {
        return new UNetInflation(files.unet(), INFLATION_SEED);
    }
}
