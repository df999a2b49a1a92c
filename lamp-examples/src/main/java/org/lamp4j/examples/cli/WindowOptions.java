package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;
import org.lamp4j.video.FfmpegMediaReader;
import picocli.CommandLine.Option;

/** A clip that there is, and how new frames of it are generated. */
final class WindowOptions {

    private static final GenerationOptions DEFAULTS =
            GenerationOptions.newBuilder().build();

    @Option(
            names = "--motion",
            required = true,
            paramLabel = "PATH",
            description = "A pattern that train wrote, or a whole LAMP checkpoint directory.")
    private Path motion;

    @Option(
            names = "--video",
            required = true,
            paramLabel = "PATH",
            description = "The clip: a video, or a folder of frames, which loses nothing.")
    private Path video;

    @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "What the clip shows.")
    private String prompt;

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "Frames that are generated together, as many as in training. Default: ${DEFAULT-VALUE}.")
    private int window = DEFAULTS.frameCount();

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            description = "ddim, dpm-solver++ or euler. Default: ${DEFAULT-VALUE}.")
    private SamplerType sampler = DEFAULTS.sampler();

    @Option(names = "--steps", paramLabel = "N", description = "Denoising steps. Default: ${DEFAULT-VALUE}.")
    private int steps = DEFAULTS.steps();

    @Option(
            names = "--guidance",
            paramLabel = "SCALE",
            description = "How strongly the prompt is followed. Default: ${DEFAULT-VALUE}.")
    private float guidanceScale = DEFAULTS.guidanceScale();

    @Option(names = "--no-adain", description = "Leave each frame's latent its own statistics.")
    private boolean withoutAdaIn;

    @Option(names = "--no-histogram-matching", description = "Leave each frame the colours it was decoded with.")
    private boolean withoutHistogramMatching;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Where all randomness comes from. Default: ${DEFAULT-VALUE}.")
    private long seed = DEFAULTS.seed();

    Path motion() {
        return motion;
    }

    String prompt() {
        return prompt;
    }

    VideoClip read() throws IOException {
        return new FfmpegMediaReader().readClip(video);
    }

    GenerationOptions options(FrameSize frameSize, WorkDisplay display) {
        GenerationOptions.Builder builder = GenerationOptions.newBuilder()
                .frameCount(window)
                .frameSize(frameSize)
                .sampler(sampler)
                .steps(steps)
                .guidanceScale(guidanceScale)
                .seed(seed)
                .listener(display);
        if (withoutAdaIn) {
            builder.withoutAdaIn();
        }
        return (withoutHistogramMatching ? builder.withoutHistogramMatching() : builder).build();
    }
}
