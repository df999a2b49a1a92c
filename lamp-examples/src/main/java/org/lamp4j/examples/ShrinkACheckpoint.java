package org.lamp4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.motion.StoredPrecision;

/**
 * Reads a checkpoint of the program released with the paper, which holds the whole video UNet, and keeps only what
 * training changed: for Stable Diffusion v1.4 half a gigabyte instead of four.
 */
public final class ShrinkACheckpoint {

    private ShrinkACheckpoint() {}

    /**
     * Runs the recipe.
     *
     * @param arguments model folder, checkpoint folder, pattern file to write
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        Arguments.require(arguments, "model", "checkpoints", "pattern to write");
        try (Backbone backbone = Backbone.load(Path.of(arguments[0]))) {
            MotionPattern pattern = MotionPattern.load(backbone, Path.of(arguments[1]));
            pattern.save(Path.of(arguments[2]), StoredPrecision.FLOAT16);
            System.out.println(pattern.weights().elementCount() + " parameters kept");
        }
    }
}
