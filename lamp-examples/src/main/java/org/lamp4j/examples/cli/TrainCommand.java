package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.config.LampConfig;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.media.FrameSize;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.training.HorizontalFlip;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.TrainingProgress;
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

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A YAML file of LAMP's own program; what is given beside it goes before what it says.")
    private Path config;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "A Stable Diffusion v1 directory in diffusers layout. Required without --config.")
    private Path model;

    @Mixin
    private DeviceOption device;

    @Option(
            names = "--clips",
            paramLabel = "DIR",
            description =
                    "8 to 16 clips of one motion, or a single clip. A captions.csv or NAME.txt beside each says what it "
                            + "shows; else the folder's name does. Required without --config.")
    private Path clips;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "The pattern, a .safetensors file. Required without --config; with it, pattern.safetensors in its "
                            + "output_dir if not given.")
    private Path output;

    @Mixin
    private OverwriteOption overwrite;

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

    @Option(
            names = "--max-clip-frames",
            paramLabel = "N",
            description = "Refuse clips of more frames, before any is encoded. Default: ${DEFAULT-VALUE}.")
    private int maxClipFrames = DEFAULTS.maxClipFrames();

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "The rate of AdamW before the schedule. Default: ${DEFAULT-VALUE}.")
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
            names = "--gradient-checkpointing",
            arity = "0..1",
            paramLabel = "HOW",
            fallbackValue = "always",
            description = "Compute once more what the way back needs instead of keeping it: less memory, more time. "
                    + "as_needed: only where --memory-budget has no room for it. Default: ${DEFAULT-VALUE}.")
    private GradientCheckpointing checkpointing = DEFAULTS.gradientCheckpointing();

    @Option(
            names = "--timesteps",
            paramLabel = "SAMPLING",
            description =
                    "uniform, or SHARE:FROM to draw that share of the timesteps from FROM upwards. Default: uniform.")
    private TimestepSampling timesteps = DEFAULTS.timestepSampling();

    @Mixin
    private SeedOption seed;

    @Option(
            names = "--flip",
            description = "Mirror clips at random. Wrong for a motion that has a direction, so off by default.")
    private boolean flip;

    @Mixin
    private PatternPrecision precision;

    @Mixin
    private CheckpointOptions checkpoint;

    @Mixin
    private ValidationOptions validation;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write a page to look at, an .html file. With --config, report.html in its output_dir if not "
                    + "given.")
    private Path report;

    @ParentCommand
    private Lamp lamp;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        spec.commandLine().getOut().println("wrote " + train());
        return Lamp.OK;
    }

    private Path train() throws IOException {
        LampConfig configured = config == null ? LampConfig.paper() : LampConfig.read(config);
        GivenOptions given = new GivenOptions(spec);
        Path modelFolder = given.require("--model", model, configured.model());
        Path clipFolder = given.require("--clips", clips, configured.clips());
        Path pattern = given.require(
                "--output", output, configured.outputFolder().map(folder -> folder.resolve("pattern.safetensors")));
        overwrite.file(pattern);
        Optional<Path> pageFile = Optional.ofNullable(report)
                .or(() -> configured.outputFolder().map(folder -> folder.resolve("report.html")));
        if (pageFile.isPresent()) {
            OutputPlace.ofFile(pageFile.get());
        }
        try (WorkDisplay display = new WorkDisplay(spec.commandLine().getErr())) {
            ValidationFiles validated =
                    new ValidationFiles(validation.output().orElse(pattern.resolveSibling("validation")));
            TrainingOptions options =
                    OptionTypes.fromOptions(spec, () -> options(configured, given, display, validated));
            if (options.checkpoint().isPresent()) {
                OutputPlace.requireDifferent(pattern, options.checkpoint().get().folder());
            }
            TrainingReport page = new TrainingReport(display::training);
            try (Backbone backbone = Backbone.load(modelFolder, device.get(configured.precision()))) {
                TrainingClips learnedFrom = TrainingClips.in(clipFolder);
                MotionPattern trained = MotionPattern.train(
                        backbone,
                        learnedFrom,
                        options.toBuilder().listener(waitedFor(page, options)).build());
                Thread.interrupted(); // what comes after the last step stops nothing
                Files.createDirectories(pattern.toAbsolutePath().getParent());
                trained.save(pattern, precision.get());
                if (pageFile.isPresent()) {
                    page.write(pageFile.get(), trained, learnedFrom, options, validated.saved());
                }
            }
            return pattern;
        }
    }

    /** From the first step on there is something to keep, if it is kept anywhere. */
    private ProgressListener<TrainingProgress> waitedFor(
            ProgressListener<TrainingProgress> listener, TrainingOptions options) {
        return progress -> {
            if (progress instanceof TrainingProgress.TrainingStep
                    && options.checkpoint().isPresent()) {
                lamp.waitForWork();
            }
            return listener.onProgress(progress);
        };
    }

    private TrainingOptions options(
            LampConfig configured, GivenOptions given, WorkDisplay display, ValidationFiles validated)
            throws IOException {
        TrainingOptionsBuilder builder = configured.training().toBuilder();
        given.ifGiven("--steps", steps, builder::steps);
        given.ifGiven("--frames", frameCount, builder::frameCount);
        given.ifGiven("--size", frameSize, builder::frameSize);
        given.ifGiven("--stride", frameStride, builder::frameStride);
        given.ifGiven("--max-clip-frames", maxClipFrames, builder::maxClipFrames);
        given.ifGiven("--learning-rate", learningRate, builder::learningRate);
        given.ifGiven("--schedule", schedule, builder::learningRateSchedule);
        given.ifGiven("--batch", batchSize, builder::batchSize);
        given.ifGiven("--accumulation", accumulation, builder::gradientAccumulation);
        given.ifGiven("--modules", modules, builder::trainableModules);
        given.ifGiven("--timesteps", timesteps, builder::timestepSampling);
        given.ifGiven("--seed", seed.get(), builder::seed);
        given.ifGiven("--flip", flip ? HorizontalFlip.RANDOM : HorizontalFlip.OFF, builder::horizontalFlip);
        given.ifGiven("--gradient-checkpointing", checkpointing, builder::gradientCheckpointing);
        checkpoint.apply(given, configured.training().checkpoint(), builder);
        if (lowRank != null) {
            lowRank.applyTo(builder);
        }
        validation
                .make(given, configured.validation(), builder.build(), display::generation, validated)
                .ifPresent(builder::validation);
        return builder.build();
    }
}
