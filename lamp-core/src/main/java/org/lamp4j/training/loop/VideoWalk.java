package org.lamp4j.training.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.HeapLimit;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingOptions;

/**
 * Walks through each clip once before training: counts its frames, so that one that is too short, or longer than any
 * that a motion is learned from, is found before anything is encoded; hashes it; and keeps its frames for encoding, as
 * long as those of all clips take little of the heap.
 */
final class VideoWalk {

    /** One in so many bytes of the heap may be frames that are kept until they are encoded. */
    private static final int SHARE_OF_HEAP = 8;

    private static final int RGB_BYTES = 3;

    private final TrainingOptions options;
    private final long mostBytes;
    private long keptBytes;
    private long frameCount;

    VideoWalk(TrainingOptions options) {
        this(options, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    VideoWalk(TrainingOptions options, long mostBytes) {
        this.options = options;
        this.mostBytes = mostBytes;
    }

    /** Returns how many frames the clips had together that a window may show. */
    long frameCount() {
        return frameCount;
    }

    /**
     * Walks through a clip. An interrupt ends it early.
     *
     * @param windowFrames number of frames of its first window, as far apart as in training, that are wanted besides
     * @throws IllegalArgumentException if it is too short or too long
     */
    ReadClip read(TrainingClip clip, Optional<Integer> windowFrames) throws IOException {
        List<RgbImage> kept = new ArrayList<>();
        Optional<VideoClip> firstWindow = Optional.empty();
        boolean isKept;
        try (FrameReader reader = clip.open()) {
            Visit visit = new Visit(reader, clip, windowFrames.orElse(0), kept);
            isKept = visit.all();
            if (!Thread.currentThread().isInterrupted()) {
                requireLength(visit.count, clip);
                firstWindow = windowFrames.map(visit::firstWindow);
            }
        }
        return new ReadClip(clip, clip.contentHash(), isKept ? Optional.of(kept) : Optional.empty(), firstWindow);
    }

    /** Reads frames until the clip ends, is too long, or the thread is interrupted; returns how many. */
    long count(FrameReader reader, TrainingClip clip) throws IOException {
        Visit visit = new Visit(reader, clip, 0, new ArrayList<>());
        visit.all();
        return visit.count;
    }

    private void requireLength(long found, TrainingClip clip) {
        long needed = options.window().length();
        if (found < needed) {
            throw new IllegalArgumentException("expected at least " + needed + " frames for "
                    + options.window().frameCount() + " frames at stride "
                    + options.window().frameStride()
                    + ", but was " + found + " (clip " + clip.name() + ")");
        }
    }

    /** Refuses a clip that has, so far, more frames than any that a motion is learned from. */
    static void requireFew(long frames, TrainingClip clip, TrainingOptions options) {
        long most = Math.max(options.window().maxClipFrames(), options.window().length());
        if (frames > most) {
            throw new IllegalArgumentException("expected a clip of at most " + most + " frames, but was more (clip "
                    + clip.name() + "); cut it to where the motion is, or allow more");
        }
    }

    /** The walk through one clip. */
    private final class Visit {

        private final FrameReader reader;
        private final TrainingClip clip;
        private final int windowFrames;
        private final List<RgbImage> kept;
        private final List<RgbImage> window = new ArrayList<>();
        private long count;

        Visit(FrameReader reader, TrainingClip clip, int windowFrames, List<RgbImage> kept) {
            this.reader = reader;
            this.clip = clip;
            this.windowFrames = windowFrames;
            this.kept = kept;
        }

        /** Returns whether all frames are kept. */
        boolean all() throws IOException {
            boolean isKept = true;
            while (!Thread.currentThread().isInterrupted()) {
                Optional<RgbImage> frame = reader.next();
                if (frame.isEmpty()) {
                    return isKept;
                }
                if (window.size() < windowFrames && count % options.window().frameStride() == 0) {
                    window.add(frame.get());
                    requireRoomForWindow(frame.get().size());
                }
                if (options.window().reaches(count)) {
                    frameCount++;
                    isKept = isKept && keep(frame.get());
                }
                count++;
                requireFew(count, clip, options);
            }
            return false;
        }

        private void requireRoomForWindow(FrameSize size) {
            HeapLimit.require(
                    "a clip",
                    window.size() + " frames of " + size,
                    (double) RGB_BYTES * size.width() * size.height() * window.size());
        }

        private boolean keep(RgbImage frame) {
            long bytes = (long) RGB_BYTES
                    * options.window().frameSize().width()
                    * options.window().frameSize().height();
            if (keptBytes + bytes > mostBytes) {
                keptBytes -= bytes * kept.size();
                kept.clear();
                return false;
            }
            keptBytes += bytes;
            kept.add(frame.coverCrop(options.window().frameSize()));
            return true;
        }

        VideoClip firstWindow(int frames) {
            if (window.size() < frames) {
                throw new IllegalArgumentException("expected " + frames + " frames at stride "
                        + options.window().frameStride() + ", but was " + window.size() + " (clip " + clip.name()
                        + ")");
            }
            return VideoClip.of(
                    window, reader.framesPerSecond() / options.window().frameStride());
        }
    }
}
