package org.lamp4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.testing.EmbeddedModel;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;

/** The shortest trainings and generations that still go through every part, on the embedded model. */
final class SmallRuns {

    static final String PROMPT = "a red square";
    private static final FrameSize SIZE = new FrameSize(32, 32);
    private static final int FRAMES = 4;

    /** Large, so that a single step makes a pattern that gives other clips than an untrained one. */
    private static final float LEARNING_RATE = 0.05f;

    private SmallRuns() {}

    static Backbone open(Path folder) throws IOException {
        EmbeddedModel.copyTo(folder);
        return Backbone.load(folder);
    }

    /** A square before a gradient, further to the right in each frame. */
    static RgbImage image(int frameIndex) {
        byte[] rgb = new byte[3 * SIZE.width() * SIZE.height()];
        for (int pixel = 0; pixel < rgb.length / 3; pixel++) {
            int x = pixel % SIZE.width();
            int y = pixel / SIZE.width();
            boolean square = Math.abs(x - 8 - 4 * frameIndex) < 6 && Math.abs(y - 16) < 6;
            rgb[3 * pixel] = (byte) (square ? 220 : 6 * x);
            rgb[3 * pixel + 1] = (byte) (square ? 30 : 6 * y);
            rgb[3 * pixel + 2] = 60;
        }
        return RgbImage.of(SIZE, rgb);
    }

    static MotionPattern train(Backbone backbone) throws IOException {
        return MotionPattern.train(backbone, clips(), training(1).build());
    }

    static TrainingClips clips() {
        List<RgbImage> frames =
                IntStream.range(0, FRAMES).mapToObj(SmallRuns::image).toList();
        return TrainingClips.of(List.of(TrainingClip.of("square", VideoClip.of(frames, 8), PROMPT)));
    }

    static TrainingOptionsBuilder training(int steps) {
        return TrainingOptions.newBuilder()
                .steps(steps)
                .frameCount(FRAMES)
                .frameStride(1)
                .frameSize(SIZE)
                .learningRate(LEARNING_RATE);
    }

    static GenerationOptions.Builder options(long seed) {
        return GenerationOptions.newBuilder()
                .frameCount(FRAMES)
                .frameSize(SIZE)
                .steps(2)
                .withoutAdaIn()
                .seed(seed);
    }

    static VideoClip generate(MotionPattern pattern, long seed) {
        return pattern.generate(PROMPT, image(0), options(seed).build());
    }
}
