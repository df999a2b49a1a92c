package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.util.List;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;

/** A pattern of one step on two frames of noise. */
final class TinyPattern {

    static final FrameSize SIZE = new FrameSize(16, 16);

    private TinyPattern() {}

    static TrainingOptionsBuilder options() {
        return TrainingOptions.newBuilder()
                .steps(1)
                .frameCount(2)
                .frameSize(SIZE)
                .learningRate(1e-2f);
    }

    static MotionPattern train(Backbone backbone, TrainingOptions options) throws IOException {
        VideoClip clip = VideoClip.of(List.of(image(0), image(1)), 8);
        return MotionPattern.train(backbone, TrainingClips.of(List.of(TrainingClip.of("clip", clip, "ox"))), options);
    }

    static RgbImage image(int number) {
        return RgbImage.of(RandomSource.stream(3, "image", number).gaussian(Shape.of(3, SIZE.height(), SIZE.width())));
    }
}
