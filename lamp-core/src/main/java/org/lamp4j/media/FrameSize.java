package org.lamp4j.media;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The width and height of a frame, of at most {@link RgbImage#MAX_PIXELS} pixels.
 *
 * @param width pixels across, at least 1
 * @param height pixels down, at least 1
 */
public record FrameSize(int width, int height) {

    private static final Pattern TEXT = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

    /** Checks both numbers, and that the pixels of a frame fit into one array: {@link RgbImage#MAX_PIXELS} at most. */
    public FrameSize {
        requireRange(width, height);
    }

    private static void requireRange(long width, long height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "expected a frame of at least 1x1 pixels, but was " + width + "x" + height);
        }
        if (Math.max(width, height) > RgbImage.MAX_PIXELS || width * height > RgbImage.MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "expected a frame of at most " + RgbImage.MAX_PIXELS + " pixels, but was " + width + "x" + height);
        }
    }

    /**
     * Makes a size of computed sides, which may be too large for an {@code int}.
     *
     * @param width pixels across
     * @param height pixels down
     * @return the size
     * @throws IllegalArgumentException if a side is below 1, or there are more than {@link RgbImage#MAX_PIXELS} pixels
     */
    public static FrameSize of(long width, long height) {
        requireRange(width, height);
        return new FrameSize((int) width, (int) height);
    }

    /**
     * Reads a size.
     *
     * @param text as in {@code 512x320}, width first
     * @return the size
     * @throws IllegalArgumentException if it is none
     */
    public static FrameSize parse(String text) {
        Matcher size = TEXT.matcher(text);
        if (!size.matches()) {
            throw new IllegalArgumentException("expected a size like 512x320, of sides up to 99999, but was " + text);
        }
        return new FrameSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
    }

    /**
     * Checks that both sides are whole numbers of latents.
     *
     * @param factor how many pixels one latent is wide and high
     * @return this size
     * @throws IllegalArgumentException if a side is not a multiple; the message names the nearest sizes that are
     */
    public FrameSize requireMultipleOf(int factor) {
        if (width % factor != 0 || height % factor != 0) {
            String below = Math.max(factor, width / factor * factor) + "x" + Math.max(factor, height / factor * factor);
            String above = roundedUp(width, factor) + "x" + roundedUp(height, factor);
            throw new IllegalArgumentException("expected a frame size whose sides are multiples of " + factor
                    + (below.equals(above) ? ", such as " + below : ", such as " + below + " or " + above)
                    + ", but was " + this);
        }
        return this;
    }

    /** Returns how many pixels a frame has. */
    long pixelCount() {
        return (long) width * height;
    }

    private static long roundedUp(int side, int factor) {
        return ((long) side + factor - 1) / factor * factor;
    }

    /** Returns the size as in {@code 512x320}, width first. */
    @Override
    public String toString() {
        return width + "x" + height;
    }
}
