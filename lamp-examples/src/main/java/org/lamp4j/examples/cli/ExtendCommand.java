package org.lamp4j.examples.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lamp4j.evaluation.SeamJump;
import org.lamp4j.generation.Extension;
import org.lamp4j.media.VideoClip;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets a clip go on, and says how it changes where new frames begin. */
@Command(name = "extend", description = "Lets a clip go on from its last frames.")
final class ExtendCommand implements Callable<Integer> {

    @Mixin
    private ExistingClip clip;

    @Option(names = "--by", required = true, paramLabel = "N", description = "How many frames are added.")
    private int frameCount;

    @Option(
            names = "--overlap",
            paramLabel = "N",
            description = "How many of the last frames a window begins with. Default: ${DEFAULT-VALUE}.")
    private int overlap = Extension.by(1).overlap();

    @Option(
            names = "--redraw",
            paramLabel = "N",
            description =
                    "How many last frames of the clip, and of each window but the last, the next window draws anew. "
                            + "Default: ${DEFAULT-VALUE}.")
    private int redraw = Extension.by(1).redraw();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Extension extension = OptionTypes.fromOptions(spec, () -> new Extension(frameCount, overlap, redraw));
        VideoClip longer = clip.remake(
                Optional.empty(),
                (pattern, before, prompt, options) -> pattern.extend(before, prompt, extension, options));
        spec.commandLine()
                .getOut()
                .println(String.format(
                        Locale.ROOT,
                        "where new frames begin it changes %.2f times as much as elsewhere",
                        SeamJump.of(longer, seams(longer)).ratio()));
        return Lamp.OK;
    }

    static List<Integer> seams(VideoClip longer) {
        return Arrays.stream(
                        Objects.requireNonNull(longer.provenance().get("seams")).split(",", -1))
                .map(Integer::valueOf)
                .toList();
    }
}
