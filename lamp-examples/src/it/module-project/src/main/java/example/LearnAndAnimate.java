package example;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;

/** A folder of clips and an image in, a clip out. */
public final class LearnAndAnimate {

    private LearnAndAnimate() {}

    /** Takes the model's folder, the folder of clips, the image, the prompt and the file to write. */
    public static void main(String[] arguments) throws IOException {
        Path model = Path.of(arguments[0]);
        Path clips = Path.of(arguments[1]);
        Path image = Path.of(arguments[2]);
        String prompt = arguments[3];
        Path result = Path.of(arguments[4]);

        TrainingOptions training = TrainingOptions.newBuilder().build();
        GenerationOptions generation = GenerationOptions.newBuilder().build();
        try (Backbone backbone = Backbone.load(model)) {
            MotionPattern pattern = MotionPattern.train(backbone, TrainingClips.in(clips), training);
            VideoClip clip = pattern.generate(prompt, RgbImage.read(image), generation);
            clip.write(result);
        }
    }
}
