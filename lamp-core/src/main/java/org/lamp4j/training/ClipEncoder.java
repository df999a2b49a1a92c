package org.lamp4j.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.lamp4j.media.RgbImage;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.FrameReader;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.spi.MotionWeights;
import org.lamp4j.spi.NonFiniteException;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** Turns clips and captions into what the frozen networks say of them, each frame and each caption once. */
final class ClipEncoder {

    private final BackboneModel model;
    private final Function<String, FloatTensor> promptEncoder;
    private final TrainingOptions options;
    private final Map<String, FloatTensor> contexts = new HashMap<>();

    ClipEncoder(BackboneModel model, Function<String, FloatTensor> promptEncoder, TrainingOptions options) {
        this.model = model;
        this.promptEncoder = promptEncoder;
        this.options = options;
    }

    /** Reads as much of every clip as a window needs, so that a bad one is found before anything is encoded. */
    void checkLengths(List<TrainingClip> clips) throws IOException {
        int needed = EncodedClip.windowLength(options.frameCount(), options.frameStride());
        for (TrainingClip clip : clips) {
            try (FrameReader reader = clip.open()) {
                int found = 0;
                while (found < needed && reader.next().isPresent()) {
                    found++;
                }
                if (found < needed) {
                    throw new IllegalArgumentException("expected at least " + needed + " frames for "
                            + options.frameCount() + " frames at stride " + options.frameStride() + ", but was "
                            + found + " (clip " + clip.name() + ")");
                }
            }
        }
    }

    /** Encodes one clip, frame by frame: only latents are kept. When the run is stopped the clip is left incomplete. */
    EncodedClip encode(TrainingClip clip, StopSignal stop) throws IOException {
        List<LatentDistribution> frames = new ArrayList<>();
        List<LatentDistribution> mirrored = new ArrayList<>();
        try (FrameReader reader = clip.open()) {
            for (Optional<RgbImage> frame = reader.next();
                    frame.isPresent() && !stop.isGiven();
                    frame = reader.next()) {
                FloatTensor pixels = frame.get().coverCrop(options.frameSize()).toTensor();
                frames.add(encode(clip, pixels));
                if (options.horizontalFlip() == HorizontalFlip.RANDOM) {
                    mirrored.add(encode(clip, mirror(pixels)));
                }
            }
        }
        return new EncodedClip(frames, mirrored, contexts.computeIfAbsent(clip.caption(), promptEncoder));
    }

    private LatentDistribution encode(TrainingClip clip, FloatTensor pixels) {
        Shape shape = pixels.shape();
        LatentDistribution latents =
                model.latentCodec().encode(pixels.reshape(Shape.of(1, shape.size(0), shape.size(1), shape.size(2))));
        NonFiniteException.check(latents.mean(), "latents of clip " + clip.name(), model, MotionWeights.of(List.of()));
        return latents;
    }

    private static FloatTensor mirror(FloatTensor pixels) {
        int width = pixels.shape().size(2);
        return FloatTensor.generate(pixels.shape(), index -> {
            int column = index % width;
            return pixels.valueAt(index - column + width - 1 - column);
        });
    }
}
