package org.lamp4j.examples.drawing;

import java.awt.image.BufferedImage;
import org.lamp4j.media.RgbImage;

/** A place that an object stands before. Its parts stand still, but for one that varies from image to image. */
public enum Backdrop {
    /** Light blue with two clouds. */
    SKY("in the sky", Landscapes::sky),
    /** Navy with stars and a moon. */
    NIGHT("in the night sky", Landscapes::night),
    /** A pale sky over a meadow. */
    GRASS("on the grass", Landscapes::grass),
    /** A cream sky over blue water with waves. */
    SEA("on the sea", Landscapes::sea),
    /** A greenish sky over sand. */
    DESERT("in the desert", Landscapes::desert),
    /** A street before houses. */
    ROAD("on the road", Landscapes::road),
    /** A grey sky over white hills. */
    SNOW("in the snow", Landscapes::snow),
    /** A purple to orange sky with half a sun. */
    SUNSET("at sunset", Landscapes::sunset),
    /** Teal water over sand, with weed and bubbles. */
    UNDER_THE_SEA("under the sea", Landscapes::underTheSea),
    /** A pink sky behind two mountains. */
    MOUNTAINS("in the mountains", Landscapes::mountains);

    /** Furthest that the varying part is shifted to either side, in steps of about one pixel. */
    public static final int MAX_SHIFT = 3;

    private final String phrase;

    /** One image per shift from -{@link #MAX_SHIFT} on. */
    @SuppressWarnings("ImmutableEnumChecker") // filled by the constructor
    private final RgbImage[] images = new RgbImage[2 * MAX_SHIFT + 1];

    Backdrop(String phrase, Drawing drawing) {
        this.phrase = phrase;
        for (int shift = -MAX_SHIFT; shift <= MAX_SHIFT; shift++) {
            BufferedImage image = new BufferedImage(Scene.SIDE, Scene.SIDE, BufferedImage.TYPE_INT_RGB);
            try (Canvas canvas = Canvas.inPixels(image)) {
                drawing.draw(canvas, shift);
            }
            images[shift + MAX_SHIFT] = Layer.opaque(image);
        }
    }

    /**
     * Returns where it is, for the end of a caption.
     *
     * @return an English phrase in lower case: {@code "on the road"}
     */
    public String phrase() {
        return phrase;
    }

    /**
     * Returns the backdrop without an object.
     *
     * @param shift how far its varying part is shifted, -{@link #MAX_SHIFT} to {@link #MAX_SHIFT}
     * @return an image of {@link Scene#SIDE} pixels a side
     * @throws IllegalArgumentException if the shift is further
     */
    public RgbImage image(int shift) {
        requireShift(shift);
        return images[shift + MAX_SHIFT];
    }

    static void requireShift(int shift) {
        if (Math.abs(shift) > MAX_SHIFT) {
            throw new IllegalArgumentException(
                    "expected a shift of -" + MAX_SHIFT + " to " + MAX_SHIFT + ", but was " + shift + " (Backdrop)");
        }
    }

    /** Draws a backdrop in pixels. */
    private interface Drawing {

        void draw(Canvas canvas, int shift);
    }
}
