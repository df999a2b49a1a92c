package org.lamp4j.onnx.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.lamp4j.MemoryBudget;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.GraphParts;
import org.lamp4j.onnx.graph.PeakMemory;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.model.LowRankParameters;
import org.lamp4j.onnx.model.LowRankUpdates;
import org.lamp4j.onnx.model.UNetInflation;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.model.VideoUNetParameters;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.onnx.training.TrainingStep;
import org.lamp4j.onnx.training.VideoUNetTrainer;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionWeights;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.Shape;

/**
 * Opens the video UNet for running or training, in the fastest way that fits a memory budget. A card's memory is its own
 * affair: there the fastest way is taken.
 *
 * @param files the model
 * @param device where to run it
 * @param budget memory that one opened network may take
 */
record VideoUNets(ModelFiles files, ComputeDevice device, MemoryBudget budget) {

    /** The parameters a pattern leaves out begin the same every time. */
    static final long INFLATION_SEED = 0;

    /** Parameters, gradients and both moments. */
    private static final int BUFFERS_OF_A_TRAINER = 4;

    /**
     * For what kernels need inside, for memory that is free but in pieces, and for weights that are being copied. Full-size
     * passes of mapped weights, forward and in training, then take what is estimated to within a tenth.
     */
    private static final double SPARE = 1.75;

    NoisePredictor predictor(MotionWeights motion, LowRankUpdates updates, Shape latents) {
        Graph all = predicting(motion, updates, latents);
        MemoryPlan<NoisePredictor> fast = new MemoryPlan<>(
                "weights copied",
                () -> (long) (SPARE * (weightBytes(all) + PeakMemory.of(all, Set.of(VideoUNetGraph.OUTPUT)))),
                () -> new VideoUNetPredictor(List.of(all), motion, latents, device));
        if (!device.sharesMemoryOfProcessor()) {
            return fast.open().get();
        }
        Graph one = latents.size(0) == 1 ? all : predicting(motion, updates, latents.with(0, 1));
        List<Graph> parts = GraphParts.of(one);
        MemoryPlan<NoisePredictor> lean = new MemoryPlan<>(
                "weights mapped, in parts, clip by clip",
                () -> (long) (SPARE * PeakMemory.of(parts, Set.of(VideoUNetGraph.OUTPUT))),
                () -> new VideoUNetPredictor(parts, motion, latents, device.lean()));
        return MemoryPlan.choose(budget, List.of(fast, lean)).open().get();
    }

    private Graph predicting(MotionWeights motion, LowRankUpdates updates, Shape latents) {
        VideoUNetGraph unet = build("video UNet", motion.names(), updates, latents);
        unet.graph().output(VideoUNetGraph.OUTPUT, unet.prediction());
        return unet.graph();
    }

    /**
     * Opens a trainer.
     *
     * @param start the trained parameters
     * @param fixed other parameters of the pattern
     * @param updates the low-rank updates among them
     * @param latents shape of a batch
     * @return the trainer
     */
    MotionTrainer trainer(MotionWeights start, MotionWeights fixed, LowRankUpdates updates, Shape latents) {
        Set<String> trained = start.names();
        Supplier<VideoUNetGraph> unet = () -> {
            List<String> inputs = new ArrayList<>(trained);
            inputs.addAll(fixed.names());
            return build("training step", Set.copyOf(inputs), updates, latents);
        };
        Graph whole = StepGraph.of(unet.get(), trained, device.elementType());
        MemoryPlan<TrainingStep> fast = new MemoryPlan<>(
                "weights copied",
                () -> optimizerBytes(start)
                        + (long) (SPARE * (weightBytes(whole) + TrainingStep.wholePeakBytes(whole))),
                () -> TrainingStep.whole(whole, device));
        Supplier<TrainingStep> step = fast.open();
        if (device.sharesMemoryOfProcessor() && device.elementType() == ElementType.FLOAT) {
            Graph forward = StepGraph.forward(unet.get());
            MemoryPlan<TrainingStep> mapped = new MemoryPlan<>(
                    "weights mapped",
                    () -> optimizerBytes(start) + (long) (SPARE * TrainingStep.wholePeakBytes(whole)),
                    () -> TrainingStep.whole(whole, device.lean()));
            MemoryPlan<TrainingStep> recomputing = new MemoryPlan<>(
                    "weights mapped and recomputation",
                    () -> optimizerBytes(start) + (long) (SPARE * TrainingStep.recomputingPeakBytes(forward, trained)),
                    () -> TrainingStep.recomputing(forward, trained, device.lean()));
            step = MemoryPlan.choose(budget, List.of(fast, mapped, recomputing)).open();
        }
        return new VideoUNetTrainer(step, start, fixed);
    }

    private static long optimizerBytes(MotionWeights trained) {
        return BUFFERS_OF_A_TRAINER * Float.BYTES * trained.elementCount();
    }

    private static long weightBytes(Graph graph) {
        return graph.weights().stream()
                .map(Value::type)
                .mapToLong(type -> type.shape().elementCount() * Float.BYTES)
                .sum();
    }

    private VideoUNetGraph build(String name, Set<String> inputs, LowRankUpdates updates, Shape latents) {
        VideoUNetParameters parameters =
                new VideoUNetParameters(files.unet(), inflation(), inputs, MotionWeights.of(List.of()));
        return VideoUNetGraph.build(
                name,
                files.unetConfig(),
                new LowRankParameters(parameters, updates),
                VideoUNetGraph.Inputs.of(latents, files.textConfig().positions(), files.unetConfig()),
                device.elementType());
    }

    UNetInflation inflation() {
        return new UNetInflation(files.unet(), INFLATION_SEED);
    }
}
