package org.lamp4j.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.HeapLimit;
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

    /**
     * Counts the frames of every clip, so that one that is too short, or longer than any that a motion is learned from, is found
     * before anything is encoded. An interrupt ends it early.
     */
    void checkLengths(List<TrainingClip> clips) throws IOException {
        long needed = windowLength();
        long frames = 0;
        for (TrainingClip clip : clips) {
            long found;
            try (FrameReader reader = clip.open()) {
                found = count(reader, clip);
            }
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            if (found < needed) {
                throw new IllegalArgumentException("expected at least " + needed + " frames for "
                        + options.frameCount() + " frames at stride " + options.frameStride() + ", but was " + found
                        + " (clip " + clip.name() + ")");
            }
            frames += found;
        }
        requireRoom(frames);
    }

    /** Counts frames until the clip ends, is too long, or the thread is interrupted. */
    long count(FrameReader reader, TrainingClip clip) throws IOException {
        long found = 0;
        while (!Thread.currentThread().isInterrupted() && reader.next().isPresent()) {
            found++;
            requireFew(found, clip);
        }
        return found;
    }

    private long windowLength() {
        return EncodedClip.windowLength(options.frameCount(), options.frameStride());
    }

    private void requireFew(long frames, TrainingClip clip) {
        long most = Math.max(options.maxClipFrames(), windowLength());
        if (frames > most) {
            throw new IllegalArgumentException("expected a clip of at most " + most + " frames, but was more (clip "
                    + clip.name() + "); cut it to where the motion is, or allow more");
        }
    }

    /** The latents' mean and variance are kept of every frame. */
    private void requireRoom(long frames) {
        LatentCodec codec = model.latentCodec();
        FrameSize size = options.frameSize();
        int directions = options.horizontalFlip() == HorizontalFlip.RANDOM ? 2 : 1;
        double values =
                (double) codec.latentChannels() * (size.width() / codec.factor()) * (size.height() / codec.factor());
        HeapLimit.require(
                "training clips", frames + " frames of " + size, 2.0 * Float.BYTES * directions * values * frames);
    }

    /** Encodes one clip, frame by frame: only latents are kept. When the run is stopped the clip is left incomplete. */
    EncodedClip encode(TrainingClip clip, StopSignal stop) throws IOException {
        List<LatentDistribution> frames = new ArrayList<>();
        List<LatentDistribution> mirrored = new ArrayList<>();
        try (FrameReader reader = clip.open()) {
            for (Optional<RgbImage> frame = reader.next();
                    frame.isPresent() && !stop.isGiven();
                    frame = reader.next()) {
                requireFew(frames.size() + 1L, clip);
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
        model.requireFinite(latents.mean(), "latents of clip " + clip.name(), MotionWeights.of(List.of()));
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
