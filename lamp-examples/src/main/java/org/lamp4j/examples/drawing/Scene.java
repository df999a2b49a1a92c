package org.lamp4j.examples.drawing;

import java.util.Optional;
import org.lamp4j.media.RgbImage;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * An object before a backdrop, in a square image. The same scene is the same image, bit for bit. Safe for several
 * threads.
 *
 * @param object what is drawn
 * @param colour its main colour; empty if the object has its own
 * @param backdrop where it is
 * @param shift how far the backdrop's varying part is shifted, -{@link Backdrop#MAX_SHIFT} to
 *     {@link Backdrop#MAX_SHIFT}
 * @param pose where the object stands; what lies outside the image is cut off
 */
public record Scene(DrawnObject object, Optional<Colour> colour, Backdrop backdrop, int shift, Pose pose) {

    /** Width and height of every image, in pixels. */
    public static final int SIDE = 64;

    /** Checks that the colour fits the object, and the shift. */
    public Scene {
        if (colour.isPresent() != object.hasChoiceOfColour()) {
            throw new IllegalArgumentException("expected " + (object.hasChoiceOfColour() ? "a" : "no") + " colour for "
                    + object + ", but was " + colour + " (Scene)");
        }
        Backdrop.requireShift(shift);
    }

    /**
     * Draws the scene.
     *
     * @return an image of {@link #SIDE} pixels a side
     */
    public RgbImage image() {
        return layer().over(backdropImage());
    }

    /**
     * Draws the backdrop alone.
     *
     * @return an image of {@link #SIDE} pixels a side
     */
    public RgbImage backdropImage() {
        return backdrop.image(shift);
    }

    /**
     * Draws where the object is.
     *
     * @return the part of each pixel that the object covers, {@code [SIDE, SIDE]}, 0 to 1
     */
    public FloatTensor mask() {
        Layer layer = layer();
        return FloatTensor.generate(Shape.of(SIDE, SIDE), pixel -> layer.coverage(pixel) / 255f);
    }

    Layer layer() {
        return Layer.of(object, colour, pose);
    }

    /**
     * Tells whether the object's square lies in the image, turned as it is.
     *
     * @return whether nothing of the object can be cut off
     */
    public boolean isWhole() {
        double reach = pose.reach();
        double margin = Math.min(
                Math.min(pose.centreX(), SIDE - pose.centreX()), Math.min(pose.centreY(), SIDE - pose.centreY()));
        return margin >= reach;
    }

    /**
     * Returns this scene with the object elsewhere.
     *
     * @param newPose where it stands
     * @return the scene with that pose
     */
    public Scene withPose(Pose newPose) {
        return new Scene(object, colour, backdrop, shift, newPose);
    }

    /**
     * Returns what is seen, without the backdrop.
     *
     * @return article, colour if it can be chosen, and noun: {@code "an orange car"}
     */
    public String subject() {
        String words = colour.map(chosen -> chosen.word() + " ").orElse("") + object.noun();
        return ("aeiou".indexOf(words.charAt(0)) >= 0 ? "an " : "a ") + words;
    }

    /**
     * Returns a caption that says nothing of motion.
     *
     * @return {@code "an orange car on the road"}
     */
    public String caption() {
        return subject() + " " + backdrop.phrase();
    }

    /**
     * Returns a caption for a scene in motion.
     *
     * @param motion what the object does
     * @return {@code "an orange car moves right on the road"}
     */
    public String caption(Motion motion) {
        return subject() + " " + motion.phrase() + " " + backdrop.phrase();
    }
}
