package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lamp4j.Backbone;
import org.lamp4j.examples.pretrain.CaptionedLatents;
import org.lamp4j.examples.pretrain.Distillation;
import org.lamp4j.examples.pretrain.PretrainingProgress;
import org.lamp4j.media.FrameSize;
import org.lamp4j.onnx.export.OnnxExport;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Makes a LoRA with which a model draws in few steps. */
@Command(
        name = "distil",
        description =
                "Makes a LoRA with which a model draws in 4 to 8 steps of the sampler lcm, without guidance. It is for the model "
                        + "with the same --lora as it was made with, if any.")
final class DistilCommand implements Callable<Integer> {

    private static final Distillation.Settings DEFAULTS = Distillation.Settings.embedded();

    @Mixin
    private ModelPath model;

    @Mixin
    private LoraOption lora;

    @Option(
            names = "--images",
            paramLabel = "PATH",
            description = "Images to learn from: a folder whose images are named after their captions "
                    + "(a_horse_runs.png), or a .csv file as for generate. Default: drawn scenes, for the model that "
                    + "comes with lamp.")
    private @Nullable Path images;

    @Option(
            names = "--scenes",
            paramLabel = "N",
            description = "Scenes to draw where there are no --images. Default: ${DEFAULT-VALUE}.")
    private int scenes = 2048;

    @Option(names = "--output", required = true, paramLabel = "FILE", description = "The LoRA, a .safetensors file.")
    private Path output;

    @Option(names = "--steps", paramLabel = "N", description = "Optimiser steps. Default: ${DEFAULT-VALUE}.")
    private int steps = DEFAULTS.steps();

    @Mixin
    private MinutesOption minutes;

    @Option(names = "--rank", paramLabel = "N", description = "Rank of the updates. Default: ${DEFAULT-VALUE}.")
    private int rank = DEFAULTS.rank();

    @Option(
            names = "--guidance-scale",
            paramLabel = "SCALE",
            description = "How strongly the model follows captions when it is distilled; the LoRA has it built in. "
                    + "Default: ${DEFAULT-VALUE}.")
    private float guidanceScale = DEFAULTS.guidanceScale();

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Highest learning rate of AdamW. Default: ${DEFAULT-VALUE}.")
    private float learningRate = DEFAULTS.learningRate();

    @Mixin
    private DeviceNameOption device;

    @Mixin
    private SeedOption seed;

    @Mixin
    private OverwriteOption overwrite;

    @ParentCommand
    private Lamp lamp;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Duration limit = minutes.get();
        Distillation.Settings settings = OptionTypes.fromOptions(
                spec,
                () -> new Distillation.Settings(
                        steps,
                        rank,
                        guidanceScale,
                        learningRate,
                        DEFAULTS.shardCount(),
                        DEFAULTS.shardSize(),
                        DEFAULTS.averaging(),
                        seed.get(),
                        device.get()));
        Path file = overwrite.file(output);
        try (Backbone backbone = lora.addTo(() -> Backbone.load(model.get(), device.get()));
                PhaseDisplay display = new PhaseDisplay(spec.commandLine().getErr())) {
            FrameSize size = OnnxExport.trainedSize(backbone);
            ProgressListener<PretrainingProgress> listener = progress -> {
                lamp.waitForWork();
                display.show(shown(progress));
                return Decision.CONTINUE;
            };
            CaptionedLatents latents = images == null
                    ? OptionTypes.fromOptions(
                            spec, () -> CaptionedLatents.drawn(backbone, scenes, size, seed.get(), listener))
                    : CaptionedLatents.of(backbone, images, size, seed.get(), listener);
            new Distillation(backbone, settings).run(latents, file, limit, listener);
        }
        spec.commandLine().getOut().println("wrote " + file);
        return Lamp.OK;
    }

    static ProgressDisplay.Step shown(PretrainingProgress progress) {
        if (progress instanceof PretrainingProgress.TrainingSteps training) {
            String detail = String.format(
                    Locale.ROOT, "loss %.4f, %.0f samples/s", training.loss(), training.samplesPerSecond());
            return new ProgressDisplay.Step(training.stage(), training.step(), training.steps(), detail);
        }
        return new ProgressDisplay.Step("encoding", progress.step(), progress.steps(), "");
    }
}
