package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.TrainingStoppedException;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.MediaFiles;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Learns one clip, finds the noise behind it, and generates from there with a new first frame and prompt. */
@Command(
        name = "edit",
        description =
                "Edits a clip: keeps what moves in it and how, and takes looks from a new first frame and prompt.")
final class EditCommand implements Callable<Integer> {

    private static final GenerationOptions GENERATION =
            GenerationOptions.forEditing().build();
    private static final TrainingOptions TRAINING = TrainingOptions.forEditing().build();

    @Mixin
    private ModelOptions model;

    @Option(names = "--video", required = true, paramLabel = "FILE", description = "The clip to edit.")
    private Path video;

    @Option(
            names = "--caption",
            required = true,
            paramLabel = "TEXT",
            description = "What the clip to edit shows; it is trained with this.")
    private String caption;

    @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "What the new clip shows.")
    private String prompt;

    @Option(
            names = "--image",
            required = true,
            paramLabel = "FILE",
            description = "The new first frame, usually the clip's own one after editing it as an image.")
    private Path image;

    @Mixin
    private VideoOutput output;

    @Option(names = "--frame-count", paramLabel = "N", description = "Frames of the clip. Default: ${DEFAULT-VALUE}.")
    private int frameCount = GENERATION.frameCount();

    @Option(
            names = "--frame-stride",
            paramLabel = "N",
            description = "Take every Nth frame. Default: ${DEFAULT-VALUE}.")
    private int frameStride = TRAINING.window().frameStride();

    @Option(
            names = "--frame-size",
            paramLabel = "WxH",
            description = "Multiples of the auto-encoder's factor. Default: ${DEFAULT-VALUE}.")
    private FrameSize frameSize = GENERATION.frameSize();

    @Option(
            names = "--training-steps",
            paramLabel = "N",
            description = "Optimiser steps on the clip to edit. Default: ${DEFAULT-VALUE}.")
    private int trainingSteps = TRAINING.steps();

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "The rate of AdamW. Default: ${DEFAULT-VALUE}.")
    private float learningRate = TRAINING.optimizer().learningRate();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of the inversion, and of the generation. Default: ${DEFAULT-VALUE}.")
    private int steps = GENERATION.sampling().steps();

    @Option(
            names = "--guidance-scale",
            paramLabel = "SCALE",
            description = "How strongly the prompt is followed. Default: ${DEFAULT-VALUE}.")
    private float guidanceScale = GENERATION.sampling().guidanceScale();

    @Mixin
    private PromptWeightsOption promptWeights;

    @Mixin
    private SeedOption seed;

    @Mixin
    private PreviewOptions previews;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try (WorkDisplay display = new WorkDisplay(spec.commandLine().getErr())) {
            TrainingOptions training = OptionTypes.fromOptions(
                    spec, () -> trainingSettings().listener(display::training).build());
            PreviewFile preview = OptionTypes.fromOptions(spec, () -> previews.open(display::generation));
            GenerationOptions generation = OptionTypes.fromOptions(
                    spec, () -> generationSettings().listener(preview).build());
            VideoOutput.Sink sink = OptionTypes.fromOptions(
                    spec, () -> output.open(generation.frameSize(), generation.framesPerSecond()));
            RgbImage firstFrame = RgbImage.read(image);
            VideoClip read = source();
            try (Backbone backbone = model.open()) {
                previews.prepare(backbone);
                VideoClip source = OptionTypes.fromOptions(spec, () -> backbone.requireEditable(read, generation));
                TrainingClips clip = TrainingClips.of(List.of(TrainingClip.of(video, caption)));
                MotionPattern pattern = train(backbone, clip, training);
                sink.write(pattern.edit(source, prompt, firstFrame, generation));
            }
        }
        spec.commandLine().getOut().println("wrote " + output.path());
        return Lamp.OK;
    }

    /** Without a folder for checkpoints, how far a training came is of no use. */
    private static MotionPattern train(Backbone backbone, TrainingClips clip, TrainingOptions training)
            throws IOException {
        try {
            return MotionPattern.train(backbone, clip, training);
        } catch (TrainingStoppedException stopped) {
            throw new StoppedException("stopped before the training was over");
        }
    }

    /** Reads the frames that are inverted: from the first on, as far apart as in training. */
    private VideoClip source() throws IOException {
        try (FrameReader reader = MediaFiles.installed().openClip(video)) {
            List<RgbImage> frames = reader.next(frameCount, frameStride);
            if (frames.size() < frameCount) {
                throw new IOException("expected " + frameCount + " frames at a stride of " + frameStride + ", but "
                        + video + " has " + frames.size());
            }
            return VideoClip.of(frames, reader.framesPerSecond() / frameStride);
        }
    }

    TrainingOptionsBuilder trainingSettings() {
        return TRAINING.toBuilder()
                .steps(trainingSteps)
                .frameCount(frameCount)
                .frameStride(frameStride)
                .frameSize(frameSize)
                .learningRate(learningRate)
                .seed(seed.get());
    }

    GenerationOptions.Builder generationSettings() {
        return GENERATION.toBuilder()
                .frameCount(frameCount)
                .frameSize(frameSize)
                .steps(steps)
                .guidanceScale(guidanceScale)
                .promptSyntax(promptWeights.get())
                .seed(seed.get());
    }
}
