package org.lamp4j.examples.cli;

import java.io.IOException;
import java.util.List;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.media.FrameSize;
import org.lamp4j.training.HorizontalFlip;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.WindowStart;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How a pattern is trained: the settings of {@link TrainingOptions} by their names in the spelling of the command line.
 */
final class TrainingSettings {

    private static final TrainingOptions DEFAULTS = TrainingOptions.newBuilder().build();

    @Option(names = "--steps", paramLabel = "N", description = "Optimiser steps. Default: ${DEFAULT-VALUE}.")
    private int steps = DEFAULTS.steps();

    @Option(names = "--frame-count", paramLabel = "N", description = "Frames of a window. Default: ${DEFAULT-VALUE}.")
    private int frameCount = DEFAULTS.window().frameCount();

    @Option(
            names = "--frame-size",
            paramLabel = "WxH",
            description =
                    "What frames are resized to, multiples of the auto-encoder's factor. Default: ${DEFAULT-VALUE}.")
    private FrameSize frameSize = DEFAULTS.window().frameSize();

    @Option(
            names = "--frame-stride",
            paramLabel = "N",
            description = "Take every Nth frame. Default: ${DEFAULT-VALUE}.")
    private int frameStride = DEFAULTS.window().frameStride();

    @Option(
            names = "--window-start",
            paramLabel = "WHERE",
            description =
                    "random: windows begin anywhere in a clip; clip_start: at its first frame, for a motion with a "
                            + "phase. Default: ${DEFAULT-VALUE}.")
    private WindowStart windowStart = DEFAULTS.window().windowStart();

    @Option(
            names = "--max-clip-frames",
            paramLabel = "N",
            description = "Refuse clips of more frames, before any is encoded. Default: ${DEFAULT-VALUE}.")
    private int maxClipFrames = DEFAULTS.window().maxClipFrames();

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "The rate of AdamW before the schedule. Default: ${DEFAULT-VALUE}.")
    private float learningRate = DEFAULTS.optimizer().learningRate();

    @Option(
            names = "--learning-rate-schedule",
            paramLabel = "SCHEDULE",
            description =
                    "constant, warmup:STEPS, cosine:FRACTION (of the rate, left at the end), or several joined by "
                            + "commas. Default: ${DEFAULT-VALUE}.")
    private LearningRateSchedule learningRateSchedule = DEFAULTS.optimizer().learningRateSchedule();

    @Option(names = "--batch-size", paramLabel = "N", description = "Clips in a batch. Default: ${DEFAULT-VALUE}.")
    private int batchSize = DEFAULTS.batches().batchSize();

    @Option(
            names = "--gradient-accumulation",
            paramLabel = "N",
            description = "Batches whose gradients make a step. Default: ${DEFAULT-VALUE}.")
    private int gradientAccumulation = DEFAULTS.batches().gradientAccumulation();

    @Option(
            names = "--trainable-modules",
            paramLabel = "NAME",
            split = ",",
            description = "Suffixes of the names of the modules to train. Default: ${DEFAULT-VALUE}.")
    private List<String> trainableModules = DEFAULTS.parameters().trainableModules();

    @Option(
            names = "--rank",
            paramLabel = "N",
            description = "Train low-rank updates (LoRA) of this rank instead of whole matrices: a small file.")
    private int rank;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            description = "What low-rank updates are multiplied by, times the rank. Default: the rank.")
    private float alpha;

    @Option(
            names = "--gradient-checkpointing",
            arity = "0..1",
            paramLabel = "HOW",
            fallbackValue = "always",
            description = "Recompute activations in the backward pass instead of keeping them: less memory, more time. "
                    + "as_needed: only where --memory-budget has no room for it. Default: ${DEFAULT-VALUE}.")
    private GradientCheckpointing gradientCheckpointing = DEFAULTS.gradientCheckpointing();

    @Option(
            names = "--timestep-sampling",
            paramLabel = "SAMPLING",
            description =
                    "uniform, or SHARE:FROM to draw that share of the timesteps from FROM upwards. Default: uniform.")
    private TimestepSampling timestepSampling = DEFAULTS.batches().timestepSampling();

    @Mixin
    private SeedOption seed;

    @Option(
            names = "--horizontal-flip",
            description = "Mirror clips at random. Wrong for a motion that has a direction, so off by default.")
    private boolean horizontalFlip;

    @Mixin
    private CheckpointOptions checkpoint;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Sets what is given over what a configuration says.
     *
     * @throws IOException if the folder to resume from cannot be read
     * @throws IllegalArgumentException if a number is out of range, or there is no folder that an option is about
     */
    TrainingOptionsBuilder over(TrainingOptions configured) throws IOException {
        GivenOptions given = new GivenOptions(spec);
        TrainingOptionsBuilder builder = configured.toBuilder();
        given.ifGiven("--steps", steps, builder::steps);
        given.ifGiven("--frame-count", frameCount, builder::frameCount);
        given.ifGiven("--frame-size", frameSize, builder::frameSize);
        given.ifGiven("--frame-stride", frameStride, builder::frameStride);
        given.ifGiven("--window-start", windowStart, builder::windowStart);
        given.ifGiven("--max-clip-frames", maxClipFrames, builder::maxClipFrames);
        given.ifGiven("--learning-rate", learningRate, builder::learningRate);
        given.ifGiven("--learning-rate-schedule", learningRateSchedule, builder::learningRateSchedule);
        given.ifGiven("--batch-size", batchSize, builder::batchSize);
        given.ifGiven("--gradient-accumulation", gradientAccumulation, builder::gradientAccumulation);
        given.ifGiven("--trainable-modules", trainableModules, builder::trainableModules);
        given.ifGiven("--rank", rank, builder::rank);
        given.ifGiven("--alpha", alpha, builder::alpha);
        given.ifGiven("--gradient-checkpointing", gradientCheckpointing, builder::gradientCheckpointing);
        given.ifGiven("--timestep-sampling", timestepSampling, builder::timestepSampling);
        given.ifGiven("--seed", seed.get(), builder::seed);
        given.ifGiven(
                "--horizontal-flip",
                horizontalFlip ? HorizontalFlip.RANDOM : HorizontalFlip.OFF,
                builder::horizontalFlip);
        checkpoint.apply(given, configured.checkpoints().map(TrainingOptions.Checkpoints::folder), builder);
        return builder;
    }
}
