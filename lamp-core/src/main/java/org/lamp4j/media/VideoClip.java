package org.lamp4j.media;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Frames of one size, shown at a constant rate, with a record of how they were made. Immutable. */
public final class VideoClip {

    /** The slowest rate that files are read and written with, {@value} frames per second. */
    public static final double MIN_STORED_RATE = 0.01;

    /** The fastest rate that files are read and written with, {@value} frames per second. */
    public static final double MAX_STORED_RATE = 1000;

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
     * Tells whether a clip of a rate can be read from a file and written to one. Windows of a long stride may be slower.
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
}
