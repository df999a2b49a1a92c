package org.lamp4j.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A clip in memory: frames of one size, shown at a constant rate, with a record of how they were made. Immutable. */
public final class VideoClip {

    /** The slowest rate that files are read and written with, {@value} frames per second. */
    public static final double MIN_STORED_RATE = 0.01;

    /** The fastest rate that files are read and written with, {@value} frames per second. */
    public static final double MAX_STORED_RATE = 1000;

    /** Of all frames of a clip that is read as a whole, in memory: 728 of 768x640. */
    private static final long MAX_READ_BYTES = 1L << 30;

    /** A clip may take one of these, since a large frame can take up to twice its size there. */
    private static final int HEAP_PARTS = 4;

    private final List<RgbImage> frames;
    private final double framesPerSecond;
    private final Map<String, String> provenance;

    private VideoClip(List<RgbImage> frames, double framesPerSecond, Map<String, String> provenance) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("expected a clip of at least 1 frame, but was 0");
        }
        if (!(framesPerSecond > 0) || Double.isInfinite(framesPerSecond)) {
            throw new IllegalArgumentException("expected a rate above 0 frames per second, but was " + framesPerSecond);
        }
        FrameSize size = frames.get(0).size();
        for (int frameIndex = 1; frameIndex < frames.size(); frameIndex++) {
            if (!frames.get(frameIndex).size().equals(size)) {
                throw new IllegalArgumentException("expected all frames of a clip to be " + size + ", but frame "
                        + frameIndex + " was " + frames.get(frameIndex).size());
            }
        }
        this.frames = List.copyOf(frames);
        this.framesPerSecond = framesPerSecond;
        this.provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    }

    /**
     * Returns a clip of the given frames.
     *
     * @param frames at least one frame, all of one size
     * @param framesPerSecond the rate at which they are shown, above 0
     * @return the clip, without provenance
     * @throws IllegalArgumentException if there is no frame, sizes differ or the rate is not above 0
     */
    public static VideoClip of(List<RgbImage> frames, double framesPerSecond) {
        return new VideoClip(frames, framesPerSecond, Map.of());
    }

    /**
     * Reads a whole clip. All its frames are in memory then, so a clip may take 1 GiB at most, and a quarter of the
     * heap; {@link MediaFiles#openClip} reads one frame at a time, without end.
     *
     * @param file a video file, an animated GIF, or a folder of images in the order of their names
     * @return the clip, without provenance
     * @throws IOException if it cannot be read or is too long; the message names the file, what was expected and what
     *     was found
     * @throws org.lamp4j.errors.BackendMissingException if lamp-video is not on the class path, or its native libraries
     *     are missing; the message says what to add
     */
    public static VideoClip read(Path file) throws IOException {
        return read(file, Math.min(MAX_READ_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PARTS));
    }

    static VideoClip read(Path file, long mostBytes) throws IOException {
        try (FrameReader clip = MediaFiles.installed().openClip(file)) {
            List<RgbImage> frames = new ArrayList<>();
            for (Optional<RgbImage> frame = clip.next(); frame.isPresent(); frame = clip.next()) {
                FrameSize size = frame.get().size();
                if ((frames.size() + 1) * 3L * size.width() * size.height() > mostBytes) {
                    throw new IOException("expected a clip whose frames take at most " + mostBytes
                            + " bytes, but was more than " + frames.size() + " frames of " + size + " (" + file + ")");
                }
                frames.add(frame.get());
            }
            return of(frames, clip.framesPerSecond());
        }
    }

    /**
     * Writes the clip as a video file, every pixel as it is; lamp-video's {@code MediaWriter} also enlarges, and writes
     * frames as images. The ending of the file's name chooses the format: {@code .mp4}, {@code .webm} or {@code .gif}.
     * The provenance is stored as the comment of an MP4 or WebM.
     *
     * @param file where to; replaced if it is there, and appears whole or not at all; missing parent folders are made
     * @throws IllegalArgumentException if the name has another ending, the frames of an MP4 would be smaller than 16×16
     *     pixels, or the rate is not {@linkplain #isStorable storable}
     * @throws IOException if it cannot be written; the message names the file
     * @throws org.lamp4j.errors.BackendMissingException if lamp-video is not on the class path, or its native libraries
     *     are missing; the message says what to add
     */
    public void write(Path file) throws IOException {
        MediaFiles.installed().writeClip(this, file);
    }

    /**
     * Tells whether a clip of a rate can be read from a file and written to one. Windows of a long stride may be
     * slower.
     *
     * @param framesPerSecond a rate
     * @return whether it is {@link #MIN_STORED_RATE} to {@link #MAX_STORED_RATE}
     */
    public static boolean isStorable(double framesPerSecond) {
        return framesPerSecond >= MIN_STORED_RATE && framesPerSecond <= MAX_STORED_RATE;
    }

    /**
     * Returns the frames in the order they are shown.
     *
     * @return an unmodifiable list, never empty
     */
    public List<RgbImage> frames() {
        return frames;
    }

    /**
     * Returns the number of frames.
     *
     * @return at least 1
     */
    public int frameCount() {
        return frames.size();
    }

    /**
     * Returns the size of every frame.
     *
     * @return the size
     */
    public FrameSize frameSize() {
        return frames.get(0).size();
    }

    /**
     * Returns the rate.
     *
     * @return frames per second, above 0
     */
    public double framesPerSecond() {
        return framesPerSecond;
    }

    /**
     * Returns how the clip was made: prompt, seed, options, pattern.
     *
     * @return names and values in the order they were set; empty for a clip that was read from a file
     */
    public Map<String, String> provenance() {
        return provenance;
    }

    /**
     * Returns this clip with another provenance.
     *
     * @param newProvenance how it was made; copied
     * @return the clip with that provenance
     */
    public VideoClip withProvenance(Map<String, String> newProvenance) {
        return new VideoClip(frames, framesPerSecond, newProvenance);
    }

    /** Returns whether the other has the same frames and rate; how they were made makes no difference. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof VideoClip clip
                && Double.compare(framesPerSecond, clip.framesPerSecond) == 0
                && frames.equals(clip.frames);
    }

    @Override
    public int hashCode() {
        return Objects.hash(framesPerSecond, frames);
    }

    /** Returns number and size of the frames, and the rate. */
    @Override
    public String toString() {
        return "VideoClip[" + frameCount() + " frames of " + frameSize() + ", " + framesPerSecond + " per second]";
    }
}
