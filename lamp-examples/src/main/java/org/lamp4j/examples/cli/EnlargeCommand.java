package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lamp4j.evaluation.SeamJump;
import org.lamp4j.generation.Enlargement;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a clip larger and finer, and says in which parts. */
@Command(
        name = "enlarge",
        description = "Makes a clip larger and finer: scales its frames up, gives them part of the noise, and denoises "
                + "them.")
final class EnlargeCommand implements Callable<Integer> {

    @Mixin
    private ExistingClip clip;

    @Option(
            names = "--frame-size",
            required = true,
            paramLabel = "WxH",
            description = "The new size, larger in width and height; multiples of the auto-encoder's factor. Frames of "
                    + "other proportions are cropped.")
    private FrameSize frameSize;

    @Option(
            names = "--image",
            paramLabel = "FILE",
            description = "The first frame in the new size or a larger one, such as the image that the clip was "
                    + "generated from. Without it, the clip's own is scaled up.")
    private @Nullable Path image;

    @Option(
            names = "--strength",
            paramLabel = "PART",
            description = "Part of the noise that frames are given, above 0 and up to 1: little leaves them blurred, "
                    + "much makes up new things. Default: ${DEFAULT-VALUE}.")
    private double strength = Enlargement.DEFAULT.strength();

    @Option(
            names = "--overlap",
            paramLabel = "N",
            description = "How many frames that are done a further window begins with. Default: ${DEFAULT-VALUE}.")
    private int overlap = Enlargement.DEFAULT.overlap();

    @Option(
            names = "--tile-size",
            paramLabel = "WxH",
            description = "Denoise frames in overlapping tiles of this size. Default: the largest that --memory-budget "
                    + "allows, the whole frame if it can be.")
    private @Nullable FrameSize tileSize;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Optional<RgbImage> firstFrame = image == null ? Optional.empty() : Optional.of(RgbImage.read(image));
        Enlargement enlargement = OptionTypes.fromOptions(
                spec, () -> new Enlargement(strength, overlap, firstFrame, Optional.ofNullable(tileSize)));
        VideoClip large = clip.remake(
                Optional.of(frameSize),
                (pattern, before, prompt, options) -> pattern.enlarge(before, prompt, enlargement, options));
        PrintWriter out = spec.commandLine().getOut();
        String tiles = provenance(large, "tiles");
        if (!tiles.startsWith("1x1 ")) {
            out.println("frames were denoised in tiles: " + tiles);
        }
        if (!provenance(large, "seams").isEmpty()) {
            out.println(String.format(
                    Locale.ROOT,
                    "where new windows begin it changes %.2f times as much as elsewhere",
                    SeamJump.of(large, ExtendCommand.seams(large)).ratio()));
        }
        return Lamp.OK;
    }

    private static String provenance(VideoClip large, String key) {
        return Objects.requireNonNull(large.provenance().get(key));
    }
}
