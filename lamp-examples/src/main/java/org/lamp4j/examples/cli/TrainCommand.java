package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.media.FrameSize;
import org.lamp4j.spi.BackboneModel.StoredPrecision;
import org.lamp4j.training.HorizontalFlip;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Trains a motion pattern and saves it. */
@Command(name = "train", description = "Learns a motion pattern from a folder of clips.")
final class TrainCommand implements Callable<Integer> {

    private static final TrainingOptions DEFAULTS = TrainingOptions.newBuilder().build();

    @Mixin
    private ModelOptions model;

    @Option(
            names = "--clips",
            required = true,
            paramLabel = "DIR",
            description =
                    "8 to 16 clips of one motion. A captions.csv or NAME.txt beside each says what it shows; else "
                            + "the folder's name does.")
    private Path clips;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "The pattern, a .safetensors file.")
    private Path output;

    @Option(names = "--steps", paramLabel = "N", description = "Optimiser steps. Default: ${DEFAULT-VALUE}.")
    private int steps = DEFAULTS.steps();

    @Option(names = "--frames", paramLabel = "N", description = "Frames of a window. Default: ${DEFAULT-VALUE}.")
    private int frameCount = DEFAULTS.frameCount();

    @Option(
            names = "--size",
            paramLabel = "WxH",
            description =
                    "What frames are resized to, multiples of the auto-encoder's factor. Default: ${DEFAULT-VALUE}.")
    private FrameSize frameSize = DEFAULTS.frameSize();

    @Option(names = "--stride", paramLabel = "N", description = "Take every Nth frame. Default: ${DEFAULT-VALUE}.")
    private int frameStride = DEFAULTS.frameStride();

    @Option(names = "--learning-rate", paramLabel = "RATE", description = "Default: ${DEFAULT-VALUE}.")
    private float learningRate = DEFAULTS.learningRate();

    @Option(
            names = "--schedule",
            paramLabel = "SCHEDULE",
            description =
                    "constant, warmup:STEPS, cosine:FRACTION (of the rate, left at the end), or several joined by "
                            + "commas. Default: ${DEFAULT-VALUE}.")
    private LearningRateSchedule schedule = DEFAULTS.learningRateSchedule();

    @Option(names = "--batch", paramLabel = "N", description = "Clips in a batch. Default: ${DEFAULT-VALUE}.")
    private int batchSize = DEFAULTS.batchSize();

    @Option(
            names = "--accumulation",
            paramLabel = "N",
            description = "Batches whose gradients make a step. Default: ${DEFAULT-VALUE}.")
    private int accumulation = DEFAULTS.gradientAccumulation();

    @Option(
            names = "--modules",
            paramLabel = "NAME",
            split = ",",
            description = "Endings of the names of the modules to train. Default: ${DEFAULT-VALUE}.")
    private List<String> modules = DEFAULTS.trainableModules();

    @ArgGroup(exclusive = false)
    private LowRankOptions lowRank;

    @Option(
            names = "--timesteps",
            paramLabel = "SAMPLING",
            description =
                    "uniform, or SHARE:FROM to draw that share of the timesteps from FROM upwards. Default: uniform.")
    private TimestepSampling timesteps = DEFAULTS.timestepSampling();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Where all randomness comes from. Default: ${DEFAULT-VALUE}.")
    private long seed = DEFAULTS.seed();

    @Option(
            names = "--flip",
            description = "Mirror clips at random. Wrong for a motion that has a direction, so off by default.")
    private boolean flip;

    @Option(names = "--float16", description = "Save the pattern in half precision: half the size.")
    private boolean float16;

    @ArgGroup(exclusive = false)
    private CheckpointOptions checkpoint;

    @ParentCommand
    private Lamp lamp;

    @Spec
    private CommandSpec spec;

    /** Where the pattern is saved on the way. */
    static final class CheckpointOptions {
        @Option(
                names = "--checkpoint",
                required = true,
                paramLabel = "FILE",
                description = "Save the pattern here on the way, and when training is stopped by Ctrl-C.")
        private Path path;

        @Option(
                names = "--checkpoint-every",
                defaultValue = "500",
                paramLabel = "N",
                description = "Steps between two checkpoints. Default: ${DEFAULT-VALUE}.")
        private int everySteps;
    }

    @Override
    public Integer call() throws IOException {
        lamp.heedInterruption();
        spec.commandLine().getOut().println("wrote " + train());
        return Lamp.OK;
    }

    private Path train() throws IOException {
        try (WorkDisplay display = new WorkDisplay(spec.commandLine().getErr())) {
            TrainingOptions options = OptionTypes.fromOptions(spec, () -> options(display));
            try (Backbone backbone = model.open()) {
                MotionPattern pattern = MotionPattern.train(backbone, TrainingClips.in(clips), options);
                if (Thread.interrupted()) {
                    throw new CancellationException(stopped(pattern));
                }
                pattern.save(output, float16 ? StoredPrecision.FLOAT16 : StoredPrecision.FLOAT32);
            }
            return output;
        }
    }

    private String stopped(MotionPattern pattern) {
        int done = pattern.trainedSteps().orElse(0);
        return "stopped after " + done + " of " + steps + " steps; "
                + (checkpoint != null && done > 0 ? "they are kept in " + checkpoint.path : "nothing was saved");
    }

    private TrainingOptions options(WorkDisplay display) {
        TrainingOptions.Builder builder = TrainingOptions.newBuilder()
                .steps(steps)
                .frameCount(frameCount)
                .frameSize(frameSize)
                .frameStride(frameStride)
                .learningRate(learningRate)
                .learningRateSchedule(schedule)
                .batchSize(batchSize)
                .gradientAccumulation(accumulation)
                .trainableModules(modules)
                .timestepSampling(timesteps)
                .seed(seed)
                .horizontalFlip(flip ? HorizontalFlip.RANDOM : HorizontalFlip.OFF)
                .listener(display);
        if (checkpoint != null) {
            builder.checkpoint(checkpoint.path, checkpoint.everySteps);
        }
        if (lowRank != null) {
            lowRank.applyTo(builder);
        }
        return builder.build();
    }
}
