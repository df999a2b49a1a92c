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

    /**
     * Checks that both sides are whole numbers of latents.
     *
     * @param factor how many pixels one latent is wide and high
     * @return this size
     * @throws IllegalArgumentException if a side is not a multiple; the message names the nearest sizes that are
     */
    public FrameSize requireMultipleOf(int factor) {
        if (width % factor != 0 || height % factor != 0) {
            FrameSize below = new FrameSize(
                    Math.max(factor, width / factor * factor), Math.max(factor, height / factor * factor));
            FrameSize above =
                    new FrameSize((width + factor - 1) / factor * factor, (height + factor - 1) / factor * factor);
            throw new IllegalArgumentException("expected a frame size whose sides are multiples of " + factor
                    + (below.equals(above) ? ", such as " + below : ", such as " + below + " or " + above)
                    + ", but was " + this);
        }
        return this;
    }

    /** Returns the size as in {@code 512x320}, width first. */
    @Override
    public String toString() {
        return width + "x" + height;
    }
}
