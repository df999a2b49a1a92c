package org.lamp4j.media;

/**
 * The size of a frame.
 *
 * @param width pixels across, at least 1
 * @param height pixels down, at least 1
 */
public record FrameSize(int width, int height) {

    /** Checks both numbers. */
    public FrameSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "expected a frame of at least 1x1 pixels, but was " + width + "x" + height);
        }
    }

    /** Returns the size as in {@code 512x320}, width first. */
    @Override
    public String toString() {
        return width + "x" + height;
    }
}
