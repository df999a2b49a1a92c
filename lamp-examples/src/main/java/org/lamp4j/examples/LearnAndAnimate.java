package org.lamp4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;

/** The whole of it, with the paper's settings: a folder of clips and an image in, a clip out. */
public final class LearnAndAnimate {

    private LearnAndAnimate() {}

    /**
     * Runs the recipe.
     *
     * @param arguments model folder, folder of clips, first frame, prompt, MP4 file to write
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        TrainingOptions training = TrainingOptions.newBuilder().build();
        GenerationOptions generation = GenerationOptions.newBuilder().build();
        run(arguments, training, generation);
    }

    static void run(String[] arguments, TrainingOptions training, GenerationOptions generation) throws IOException {
        Arguments.require(arguments, "model", "clips", "image", "prompt", "MP4 to write");
        Path model = Path.of(arguments[0]);
        Path clips = Path.of(arguments[1]);
        Path image = Path.of(arguments[2]);
        String prompt = arguments[3];
        Path result = Path.of(arguments[4]);

        try (Backbone backbone = Backbone.load(model)) {
            MotionPattern pattern = MotionPattern.train(backbone, TrainingClips.in(clips), training);
            VideoClip clip = pattern.generate(prompt, RgbImage.read(image), generation);
            clip.write(result);
        }
    }
}
