package org.lamp4j.examples.drawing;

/**
 * How much the objects of drawn scenes differ in pose, and what their captions say of motions.
 *
 * @param leastSize smallest size of an object in pixels, above 0
 * @param largestSize largest size in pixels; up to 44, an object is whole at any angle
 * @param scenesPerTilted one scene in so many has an object turned by up to {@link #LARGEST_TILT} degrees to either
 *     side, 1 or more; 0 for none
 * @param captionsPerPhrase one caption in so many names a motion, 1 or more, and its scene is one frame of that: an
 *     object that grows has any size on its way, one that spins any angle; 0 for none, as an image by itself says
 *     nothing of a motion
 */
public record SceneVariety(double leastSize, double largestSize, int scenesPerTilted, int captionsPerPhrase) {

    /** Degrees that a tilted object is turned by at most. */
    public static final double LARGEST_TILT = 90;

    /** The side of a square that lies in an image at any angle. */
    private static final double LARGEST_WHOLE = Scene.SIDE / Math.sqrt(2);

    /** Checks each number. */
    public SceneVariety {
        if (!(leastSize > 0 && leastSize <= largestSize && largestSize <= LARGEST_WHOLE)) {
            throw new IllegalArgumentException("expected sizes above 0 and up to " + (int) LARGEST_WHOLE + ", but was "
                    + leastSize + " to " + largestSize + " (SceneVariety)");
        }
        if (scenesPerTilted < 0 || captionsPerPhrase < 0) {
            throw new IllegalArgumentException("expected one scene in 1 or more, or 0 for none, but was "
                    + Math.min(scenesPerTilted, captionsPerPhrase) + " (SceneVariety)");
        }
    }

    /** Returns what the embedded model was trained on: upright objects but where a caption says otherwise. */
    public static SceneVariety embedded() {
        return new SceneVariety(26, 38, 0, 4);
    }

    /**
     * Returns what a model needs on which any motion can be shown: small and large objects, and a third of them tilted.
     */
    public static SceneVariety anyPose() {
        return new SceneVariety(14, 44, 3, 0);
    }
}
