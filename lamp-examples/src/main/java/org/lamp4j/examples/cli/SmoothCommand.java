package org.lamp4j.examples.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.lamp4j.evaluation.SeamJump;
import org.lamp4j.generation.Doubling;
import org.lamp4j.media.VideoClip;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Doubles a clip's frame rate, and says whether new frames lie in the middle between old ones. */
@Command(name = "smooth", description = "Doubles the frame rate of a clip; its own frames stay.")
final class SmoothCommand implements Callable<Integer> {

    @Mixin
    private ExistingClip clip;

    @Option(
            names = "--strength",
            paramLabel = "PART",
            description = "Part of the noise that new frames are made from, above 0 and up to 1: little leaves moving "
                    + "things doubled, much lets them wander. Default: ${DEFAULT-VALUE}.")
    private double strength = Doubling.DEFAULT.strength();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Doubling doubling = OptionTypes.fromOptions(spec, () -> new Doubling(strength));
        VideoClip smooth = clip.remake(
                Optional.empty(),
                (pattern, before, prompt, options) -> pattern.doubleFrameRate(before, prompt, doubling, options));
        List<Integer> intoNewFrames = IntStream.iterate(1, frame -> frame < smooth.frameCount(), frame -> frame + 2)
                .boxed()
                .toList();
        spec.commandLine()
                .getOut()
                .println(String.format(
                        Locale.ROOT,
                        "into new frames it changes %.2f times as much as out of them",
                        SeamJump.of(smooth, intoNewFrames).ratio()));
        return Lamp.OK;
    }
}
