package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.config.LampConfig;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.TrainingProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Trains a motion pattern and saves it. */
@Command(name = "train", description = "Learns a motion pattern from a folder of clips.")
final class TrainCommand implements Callable<Integer> {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A YAML file of LAMP's own program; options of the command line override it.")
    private @Nullable Path config;

    @Option(
            names = "--model",
            paramLabel = "PATH",
            description = "A Stable Diffusion 1 or 2 model: a folder in diffusers layout, or a .safetensors or .ckpt "
                    + "file in the original layout. Required without --config.")
    private @Nullable Path model;

    @Mixin
    private PredictionOption prediction;

    @Mixin
    private LoraOption lora;

    @Mixin
    private EmbeddingOption embedding;

    @Mixin
    private DeviceOption device;

    @Option(
            names = "--clips",
            paramLabel = "DIR",
            description =
                    "8 to 16 clips of one motion, or a single clip. A captions.csv or NAME.txt beside each says what it "
                            + "shows, captions.csv also its weight; else the folder's name does. Required without --config.")
    private @Nullable Path clips;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description =
                    "The pattern, a .safetensors file. Required without --config; with it, pattern.safetensors in its "
                            + "output_dir if not given.")
    private @Nullable Path output;

    @Mixin
    private OverwriteOption overwrite;

    @Mixin
    private TrainingSettings settings;

    @Mixin
    private PatternPrecision precision;

    @Mixin
    private ValidationOptions validation;

    @Mixin
    private PreviewOptions previews;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Write a page to look at, an .html file. With --config, report.html in its output_dir if not "
                    + "given.")
    private @Nullable Path report;

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
        Path base = given.require("--model", model, configured.model());
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
            PreviewFile preview = OptionTypes.fromOptions(spec, () -> previews.open(display::generation));
            TrainingOptions options =
                    OptionTypes.fromOptions(spec, () -> options(configured, given, preview, validated));
            if (options.checkpoints().isPresent()) {
                OutputPlace.requireDifferent(
                        pattern, options.checkpoints().get().folder());
            }
            TrainingReport page = new TrainingReport(display::training);
            try (Backbone backbone =
                    embedding.addTo(lora.addTo(() -> prediction.open(base, device.get(configured.precision()))))) {
                previews.prepare(backbone);
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
                    && options.checkpoints().isPresent()) {
                lamp.waitForWork();
            }
            return listener.onProgress(progress);
        };
    }

    /** Returns all options but what is generated on the way. */
    TrainingOptionsBuilder settings(LampConfig configured) throws IOException {
        return settings.over(configured.training());
    }

    private TrainingOptions options(
            LampConfig configured, GivenOptions given, PreviewFile preview, ValidationFiles validated)
            throws IOException {
        TrainingOptionsBuilder builder = settings(configured);
        validation
                .make(given, configured.validation(), builder.build(), preview, validated)
                .ifPresent(builder::validation);
        TrainingOptions options = builder.build();
        if (previews.isGiven() && options.validation().isEmpty()) {
            throw new IllegalArgumentException(
                    "expected --validate-every N with --preview, which shows the clips of a validation, but was none");
        }
        return options;
    }
}
