package org.lamp4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.video.ContactSheet;

/** One image, four seeds, one sheet to choose from; the clip of a seed comes out the same again. */
public final class CompareSeeds {

    private static final int SEEDS = 4;

    private CompareSeeds() {}

    /**
     * Runs the recipe.
     *
     * @param arguments model folder, pattern file, first frame, prompt, PNG file to write
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        run(arguments, GenerationOptions::newBuilder);
    }

    static void run(String[] arguments, Supplier<GenerationOptions.Builder> options) throws IOException {
        Arguments.require(arguments, "model", "pattern", "image", "prompt", "sheet to write");
        RgbImage image = RgbImage.read(Path.of(arguments[2]));
        ContactSheet.Builder sheet = ContactSheet.newBuilder().frames(0, 5, 10, 15);

        try (Backbone backbone = Backbone.load(Path.of(arguments[0]))) {
            MotionPattern pattern = MotionPattern.load(backbone, Path.of(arguments[1]));
            for (long seed = 0; seed < SEEDS; seed++) {
                sheet.addClip(pattern.generate(
                        arguments[3], image, options.get().seed(seed).build()));
            }
        }
        sheet.build().write(Path.of(arguments[4]));
    }
}
