package org.lamp4j.generation;

/**
 * Options of extending a clip. It goes on window by window, each of which begins with the last frames there are.
 *
 * @param frameCount number of frames to add, at least 1
 * @param overlap number of frames that a window takes over, at least 1. One says where things are; more say how they
 *     move, but leave room for fewer new frames
 */
public record Extension(int frameCount, int overlap) {

    private static final int DEFAULT_OVERLAP = 4;

    /**
     * Checks both numbers.
     *
     * @throws IllegalArgumentException if one is below 1
     */
    public Extension {
        if (frameCount < 1) {
            throw new IllegalArgumentException("expected 1 or more frames to add, but was " + frameCount);
        }
        if (overlap < 1) {
            throw new IllegalArgumentException("expected an overlap of 1 frame or more, but was " + overlap);
        }
    }

    /**
     * Returns an extension with an overlap of 4 frames.
     *
     * @param frameCount number of frames to add, at least 1
     * @return the extension
     * @throws IllegalArgumentException if it is below 1
     */
    public static Extension by(int frameCount) {
        return new Extension(frameCount, DEFAULT_OVERLAP);
    }

    /**
     * Returns the extension with another overlap.
     *
     * @param newOverlap number of frames that a window takes over, at least 1
     * @return the extension
     * @throws IllegalArgumentException if it is below 1
     */
    public Extension withOverlap(int newOverlap) {
        return new Extension(frameCount, newOverlap);
    }
}
