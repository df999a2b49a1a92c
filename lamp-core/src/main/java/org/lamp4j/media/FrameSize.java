package org.lamp4j.media;

/**
 * The size of a frame, of at most {@link RgbImage#MAX_PIXELS} pixels.
 *
 * @param width pixels across, at least 1
 * @param height pixels down, at least 1
 */
public record FrameSize(int width, int height) {

    /**
     * Checks both numbers.
     *
     * @throws IllegalArgumentException if a side is below 1, or there are more pixels than a picture may have
     */
    public FrameSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "expected a frame of at least 1x1 pixels, but was " + width + "x" + height);
        }
        if ((long) width * height > RgbImage.MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "expected a frame of at most " + RgbImage.MAX_PIXELS + " pixels, but was " + width + "x" + height);
        }
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
            String below = nearest(0, factor);
            String above = nearest(factor - 1, factor);
            throw new IllegalArgumentException("expected a frame size whose sides are multiples of " + factor
                    + (below.equals(above) ? ", such as " + below : ", such as " + below + " or " + above)
                    + ", but was " + this);
        }
        return this;
    }

    private String nearest(int more, int factor) {
        return nearest(width, more, factor) + "x" + nearest(height, more, factor);
    }

    private static long nearest(long side, int more, int factor) {
        return Math.max(factor, (side + more) / factor * factor);
    }

    /** Returns the size as in {@code 512x320}, width first. */
    @Override
    public String toString() {
        return width + "x" + height;
    }
}
