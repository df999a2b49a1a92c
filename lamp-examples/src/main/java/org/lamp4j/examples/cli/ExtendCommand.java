package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.evaluation.SeamJump;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.VideoClip;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Lets a clip go on, and says how it changes where new frames begin. */
@Command(name = "extend", description = "Lets a clip go on from its last frames.")
final class ExtendCommand implements Callable<Integer> {

    @Mixin
    private ModelOptions model;

    @Mixin
    private WindowOptions window;

    @Mixin
    private ClipOutput output;

    @Option(names = "--by", required = true, paramLabel = "N", description = "How many frames are added.")
    private int frameCount;

    @Option(
            names = "--overlap",
            paramLabel = "N",
            description = "How many of the last frames a window begins with. Default: ${DEFAULT-VALUE}.")
    private int overlap = Extension.by(1).overlap();

    @ParentCommand
    private Lamp lamp;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        lamp.heedInterruption();
        PrintWriter out = spec.commandLine().getOut();
        try (WorkDisplay display = new WorkDisplay(spec.commandLine().getErr())) {
            Extension extension = OptionTypes.fromOptions(spec, () -> new Extension(frameCount, overlap));
            ClipOutput.Sink sink = OptionTypes.fromOptions(spec, output::open);
            VideoClip clip = window.read();
            GenerationOptions options = OptionTypes.fromOptions(spec, () -> window.options(clip.frameSize(), display));
            try (Backbone backbone = model.open()) {
                VideoClip longer =
                        MotionPattern.load(backbone, window.motion()).extend(clip, window.prompt(), extension, options);
                sink.write(longer);
                out.println("wrote " + output.path() + ": " + longer.frameCount() + " frames");
                out.println(String.format(
                        Locale.ROOT,
                        "where new frames begin it changes %.2f times as much as elsewhere",
                        SeamJump.of(longer, seams(longer)).ratio()));
            }
        }
        return Lamp.OK;
    }

    private static List<Integer> seams(VideoClip longer) {
        return Arrays.stream(longer.provenance().get("seams").split(","))
                .map(Integer::valueOf)
                .toList();
    }
}
