package example;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/** An image in, a clip out, with a pattern that has learned nothing. */
public final class Animate {

    private Animate() {}

    /** Takes the model's folder, the image and the file to write. */
    public static void main(String[] arguments) throws IOException {
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameSize(new FrameSize(64, 64))
                .steps(1)
                .build();
        try (Backbone backbone = Backbone.load(Path.of(arguments[0]))) {
            VideoClip clip = MotionPattern.untrained(backbone)
                    .generate("a green ball", RgbImage.read(Path.of(arguments[1])), options);
            clip.write(Path.of(arguments[2]));
            System.out.println(clip.frameCount() + " frames by " + backbone.model().getClass().getModule() + " for "
                    + Animate.class.getModule());
        }
    }
}
