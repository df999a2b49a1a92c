package org.lamp4j.training.loop;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.generation.pipeline.FrozenModel;
import org.lamp4j.generation.pipeline.PromptEncoder;
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
import org.lamp4j.training.HorizontalFlip;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingOptions;

/** Turns clips and captions into what the frozen networks say of them, each frame and each caption once. */
final class LatentEncoder {

    private final BackboneModel model;
    private final PromptEncoder prompts;
    private final TrainingOptions options;
    private final Map<String, FloatTensor> contexts = new HashMap<>();

    LatentEncoder(FrozenModel base, TrainingOptions options) {
        this.model = base.networks();
        this.prompts = base.prompts();
        this.options = options;
    }

    /**
     * Walks through every clip, once and before anything is encoded. An interrupt ends it early.
     *
     * @param windowFrames number of frames of the first clip's first window, if it is wanted
     */
    Deque<ReadClip> read(List<TrainingClip> clips, Optional<Integer> windowFrames) throws IOException {
        VideoWalk walk = new VideoWalk(options);
        Deque<ReadClip> read = new ArrayDeque<>();
        for (TrainingClip clip : clips) {
            read.add(walk.read(clip, read.isEmpty() ? windowFrames : Optional.empty()));
            if (!Thread.currentThread().isInterrupted()) {
                requireRoom(read.size(), walk.frameCount());
            }
        }
        return read;
    }

    /** The latents' mean and variance are kept of every frame. */
    private void requireRoom(int clips, long frames) {
        LatentCodec codec = model.latentCodec();
        FrameSize size = options.window().frameSize();
        int directions = options.window().horizontalFlip() == HorizontalFlip.RANDOM ? 2 : 1;
        long values =
                (long) codec.latentChannels() * (size.width() / codec.factor()) * (size.height() / codec.factor());
        HeapLimit.require(
                "training clips",
                frames + " frames of " + size + " in the first " + clips + " of them",
                2.0 * Float.BYTES * directions * values * frames);
    }

    /** Encodes one clip, frame by frame: only latents are kept. When the run is stopped the clip is left incomplete. */
    LatentClip encode(ReadClip read, StopSignal stop) throws IOException {
        TrainingClip clip = read.clip();
        Frames encoded = new Frames(clip);
        if (read.frames().isPresent()) {
            for (RgbImage frame : read.frames().get()) {
                if (stop.isGiven()) {
                    break;
                }
                encoded.add(frame);
            }
        } else {
            try (FrameReader reader = clip.open()) {
                for (Optional<RgbImage> frame = reader.next();
                        frame.isPresent() && encoded.areWanted() && !stop.isGiven();
                        frame = reader.next()) {
                    encoded.add(frame.get().coverCrop(options.window().frameSize()));
                }
            }
        }
        return new LatentClip(
                encoded.frames,
                encoded.mirrored,
                contexts.computeIfAbsent(clip.caption(), prompts::encode),
                clip.weight());
    }

    /** The encoded frames of a clip. */
    private final class Frames {

        private final TrainingClip clip;
        private final List<LatentDistribution> frames = new ArrayList<>();
        private final List<LatentDistribution> mirrored = new ArrayList<>();

        Frames(TrainingClip clip) {
            this.clip = clip;
        }

        /** Tells whether a window may show the next frame. */
        boolean areWanted() {
            return options.window().reaches(frames.size());
        }

        void add(RgbImage frame) {
            VideoWalk.requireFew(frames.size() + 1L, clip, options); // what is read once more may have grown
            FloatTensor pixels = frame.toTensor();
            frames.add(encode(clip, pixels));
            if (options.window().horizontalFlip() == HorizontalFlip.RANDOM) {
                mirrored.add(encode(clip, mirror(pixels)));
            }
        }
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
