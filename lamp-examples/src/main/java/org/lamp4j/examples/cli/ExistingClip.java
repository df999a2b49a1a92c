package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A clip that there is, and the one that is made of it, window by window. */
final class ExistingClip {

    private static final GenerationOptions DEFAULTS =
            GenerationOptions.newBuilder().build();

    @Mixin
    private ModelOptions model;

    @Mixin
    private PatternOption motion;

    @Option(
            names = "--video",
            required = true,
            paramLabel = "PATH",
            description = "The clip: a video, or a folder of frames, which loses nothing.")
    private Path video;

    @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "What the clip shows.")
    private String prompt;

    @Mixin
    private VideoOutput output;

    @Option(
            names = "--frame-count",
            paramLabel = "N",
            description =
                    "Frames of a window, which are generated together, as many as in training. Default: ${DEFAULT-VALUE}.")
    private int frameCount = DEFAULTS.frameCount();

    @Mixin
    private SamplingOptions sampling;

    @Mixin
    private PreviewOptions previews;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Makes another clip of the one there is. */
    @FunctionalInterface
    interface Maker {
        VideoClip make(MotionPattern pattern, VideoClip clip, String prompt, GenerationOptions options);
    }

    /**
     * Reads the clip, makes another of it, writes that and says so.
     *
     * @param newSize of the frames; empty if they keep theirs
     * @param maker makes the other clip
     * @throws IOException if a file cannot be read or written
     */
    VideoClip remake(Optional<FrameSize> newSize, Maker maker) throws IOException {
        try (WorkDisplay display = new WorkDisplay(spec.commandLine().getErr())) {
            PreviewFile preview = OptionTypes.fromOptions(spec, () -> previews.open(display::generation));
            VideoClip clip = VideoClip.read(video);
            VideoOutput.Sink sink = OptionTypes.fromOptions(
                    spec, () -> output.open(newSize.orElse(clip.frameSize()), clip.framesPerSecond()));
            GenerationOptions options = OptionTypes.fromOptions(
                    spec,
                    () -> settings()
                            .frameSize(newSize.orElse(clip.frameSize()))
                            .listener(preview)
                            .build());
            try (Backbone backbone = model.open()) {
                previews.prepare(backbone);
                MotionPattern pattern = motion.load(backbone);
                VideoClip made = OptionTypes.fromOptions(spec, () -> maker.make(pattern, clip, prompt, options));
                sink.write(made);
                spec.commandLine()
                        .getOut()
                        .println("wrote " + output.path() + ": " + made.frameCount() + " frames, "
                                + made.framesPerSecond() + " a second");
                return made;
            }
        }
    }

    GenerationOptions.Builder settings() {
        return sampling.newBuilder().frameCount(frameCount);
    }
}
