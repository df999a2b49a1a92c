package org.lamp4j.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lamp4j.files.ContentHash;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.MediaFiles;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/** One clip to learn from, its caption and weight. Opened anew each time it is read, frame by frame. Immutable. */
public final class TrainingClip {

    private static final double SMALLEST_WEIGHT = 0.01;
    private static final double LARGEST_WEIGHT = 100;

    private final String name;
    private final String caption;
    private final Source source;
    private final double weight;

    /** Where the frames come from. */
    interface Source {
        FrameReader open() throws IOException;

        String contentHash() throws IOException;
    }

    TrainingClip(String name, String caption, Source source) {
        this(name, caption, source, 1);
    }

    private TrainingClip(String name, String caption, Source source, double weight) {
        this.name = Objects.requireNonNull(name);
        this.caption = Objects.requireNonNull(caption);
        this.source = source;
        this.weight = weight;
    }

    /**
     * Returns a clip that lies in a file. Nothing is read yet.
     *
     * @param file a video file, or a folder of images, in a format that the installed reader knows (lamp-video has one)
     * @param caption what it shows, motion included
     * @return the clip, named like the file
     */
    public static TrainingClip of(Path file, String caption) {
        return new TrainingClip(file.getFileName().toString(), caption, new FileSource(file));
    }

    /**
     * Returns a clip that is in memory.
     *
     * @param name what messages and provenance call it
     * @param clip the frames
     * @param caption what it shows, motion included
     * @return the clip
     */
    public static TrainingClip of(String name, VideoClip clip, String caption) {
        return new TrainingClip(name, caption, new MemorySource(clip));
    }

    /**
     * Returns the name.
     *
     * @return the file's name, or the one it was given
     */
    public String name() {
        return name;
    }

    /**
     * Returns the caption.
     *
     * @return what the clip shows
     */
    public String caption() {
        return caption;
    }

    /**
     * Returns how much the clip counts: one of weight 2 as if it were there twice.
     *
     * @return how often training draws it where it draws a clip of weight 1 once; 1 unless set
     */
    public double weight() {
        return weight;
    }

    /**
     * Returns the clip with another weight.
     *
     * @param newWeight how often training draws it where it draws a clip of weight 1 once, 0.01 to 100
     * @return the same clip of that weight
     * @throws IllegalArgumentException if the weight is out of range
     */
    public TrainingClip withWeight(double newWeight) {
        if (!(newWeight >= SMALLEST_WEIGHT && newWeight <= LARGEST_WEIGHT)) {
            throw new IllegalArgumentException(
                    "expected a weight from 0.01 to 100, but was " + newWeight + " (clip " + name + ")");
        }
        return new TrainingClip(name, caption, source, newWeight);
    }

    /**
     * Opens the clip at its first frame.
     *
     * @return the reader; the caller closes it
     * @throws IOException if it cannot be read; the message names the file
     */
    public FrameReader open() throws IOException {
        return source.open();
    }

    /**
     * Reads the window at the clip's beginning, of which all frames are in memory then.
     *
     * @param frameCount number of frames F, at least 1
     * @param frameStride distance of neighbouring frames in the clip, at least 1
     * @return the frames, at the rate at which they follow one another
     * @throws IOException if the clip cannot be read; the message names the file
     * @throws IllegalArgumentException if it is too short; the message names it
     */
    public VideoClip firstWindow(int frameCount, int frameStride) throws IOException {
        try (FrameReader reader = open()) {
            List<RgbImage> frames = reader.next(frameCount, frameStride);
            if (frames.size() < frameCount) {
                throw new IllegalArgumentException("expected " + frameCount + " frames at stride " + frameStride
                        + ", but was " + frames.size() + " (clip " + name + ")");
            }
            return VideoClip.of(frames, reader.framesPerSecond() / frameStride);
        }
    }

    /**
     * Returns the hash that a pattern names the clip by.
     *
     * @return the SHA-256 of the file (of a folder's files, in the order of their names; of the pixels in memory)
     * @throws IOException if a file cannot be read
     */
    public String contentHash() throws IOException {
        return source.contentHash();
    }

    /** Clips are equal if their names, captions, weights and files or frames are. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TrainingClip that
                && name.equals(that.name)
                && caption.equals(that.caption)
                && weight == that.weight
                && source.equals(that.source);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, caption, source, weight);
    }

    /** Returns the name, the caption and, if it is not 1, the weight. */
    @Override
    public String toString() {
        return name + " (\"" + caption + "\"" + (weight == 1 ? "" : ", weight " + weight) + ")";
    }

    private record FileSource(Path file) implements Source {

        @Override
        public FrameReader open() throws IOException {
            return MediaFiles.installed().openClip(file);
        }

        @Override
        public String contentHash() throws IOException {
            return VideoFiles.hash(file);
        }
    }

    private record MemorySource(VideoClip clip) implements Source {

        @Override
        public FrameReader open() {
            Iterator<RgbImage> frames = clip.frames().iterator();
            return new FrameReader() {
                @Override
                public double framesPerSecond() {
                    return clip.framesPerSecond();
                }

                @Override
                public Optional<RgbImage> next() {
                    return frames.hasNext() ? Optional.of(frames.next()) : Optional.empty();
                }

                @Override
                public void close() {
                    // The clip stays in memory for as long as its owner keeps it.
                }
            };
        }

        @Override
        public String contentHash() {
            ContentHash hash = new ContentHash().add(clip.frameSize().toString());
            for (RgbImage frame : clip.frames()) {
                hash.add(ByteBuffer.wrap(frame.toRgbBytes()));
            }
            return hash.finish();
        }
    }
}
