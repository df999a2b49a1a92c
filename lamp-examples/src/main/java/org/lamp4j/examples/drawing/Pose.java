package org.lamp4j.examples.drawing;

/**
 * Where an object stands in an image.
 *
 * @param centreX centre of its square, in pixels from the left
 * @param centreY centre of its square, in pixels from the top
 * @param size side of its square in pixels; the drawing reaches from side to side in its longer direction
 * @param degrees turn about the centre, clockwise; 0 is upright
 */
public record Pose(double centreX, double centreY, double size, double degrees) {

    /** Checks the size. */
    public Pose {
        if (!(size > 0)) {
            throw new IllegalArgumentException("expected a size above 0 pixels, but was " + size + " (Pose)");
        }
    }

    /**
     * Returns an upright pose.
     *
     * @param centreX centre in pixels from the left
     * @param centreY centre in pixels from the top
     * @param size side in pixels
     * @return the pose at 0 degrees
     */
    public static Pose upright(double centreX, double centreY, double size) {
        return new Pose(centreX, centreY, size, 0);
    }

    /**
     * Returns how far the turned square reaches from its centre, across as well as down.
     *
     * @return pixels: half of the size when upright, up to 0.71 of it when turned
     */
    public double reach() {
        double turn = Math.toRadians(degrees);
        return size / 2 * (Math.abs(Math.cos(turn)) + Math.abs(Math.sin(turn)));
    }

    /**
     * Returns this pose elsewhere.
     *
     * @param across pixels to the right
     * @param down pixels downwards
     * @return the moved pose
     */
    public Pose movedBy(double across, double down) {
        return new Pose(centreX + across, centreY + down, size, degrees);
    }

    /**
     * Returns this pose in another size.
     *
     * @param newSize side in pixels
     * @return the pose of that size, at the same centre
     */
    public Pose withSize(double newSize) {
        return new Pose(centreX, centreY, newSize, degrees);
    }

    /**
     * Returns this pose at another angle.
     *
     * @param newDegrees turn, clockwise
     * @return the pose at that angle, at the same centre
     */
    public Pose withDegrees(double newDegrees) {
        return new Pose(centreX, centreY, size, newDegrees);
    }
}
