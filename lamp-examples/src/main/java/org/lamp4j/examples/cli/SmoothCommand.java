package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.evaluation.SeamJump;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.VideoClip;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Doubles a clip's frame rate, and says whether new frames lie in the middle between old ones. */
@Command(name = "smooth", description = "Doubles the frame rate of a clip; its own frames stay.")
final class SmoothCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions model;

    @Mixin
    private WindowOptions window;

    @Mixin
    private ClipOutput output;

    @Option(
            names = "--strength",
            paramLabel = "PART",
            description = "Part of the noise that new frames are made from, above 0 and up to 1: little leaves moving "
                    + "things doubled, much lets them wander. Default: ${DEFAULT-VALUE}.")
    private double strength = 0.1;

    @ParentCommand
    private Lamp lamp;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        lamp.heedInterruption();
        PrintWriter out = spec.commandLine().getOut();
        try (WorkDisplay display = new WorkDisplay(spec.commandLine().getErr())) {
            ClipOutput.Sink sink = OptionTypes.fromOptions(spec, output::open);
            VideoClip clip = window.read();
            GenerationOptions options = OptionTypes.fromOptions(spec, () -> window.options(clip.frameSize(), display));
            try (Backbone backbone = model.open()) {
                VideoClip smooth = MotionPattern.load(backbone, window.motion())
                        .doubleFrameRate(clip, window.prompt(), strength, options);
                sink.write(smooth);
                out.println("wrote " + output.path() + ": " + smooth.frameCount() + " frames, "
                        + smooth.framesPerSecond() + " a second");
                SeamJump jump = SeamJump.of(
                        smooth,
                        IntStream.iterate(1, frame -> frame < smooth.frameCount(), frame -> frame + 2)
                                .boxed()
                                .toList());
                out.println(String.format(
                        Locale.ROOT, "into new frames it changes %.2f times as much as out of them", jump.ratio()));
            }
        }
        return Lamp.OK;
    }
}
