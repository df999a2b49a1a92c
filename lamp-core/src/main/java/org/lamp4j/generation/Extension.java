package org.lamp4j.generation;

/**
 * Options of extending a clip. It goes on window by window, each of which begins with the last frames there are.
 *
 * @param frameCount number of frames to add, at least 1
 * @param overlap number of frames that a window takes over, at least 1. One says where things are; more say how they
 *     move, but leave room for fewer new frames
 * @param redraw number of last frames of the clip, and of each window but the last, that the next window draws anew, 0
 *     or more: the further a frame is from a window's first, the less of it is right, and the next window begins there
 */
public record Extension(int frameCount, int overlap, int redraw) {

    private static final int DEFAULT_OVERLAP = 4;

    /**
     * Checks each number.
     *
     * @throws IllegalArgumentException if one is below 1, or {@code redraw} below 0
     */
    public Extension {
        if (frameCount < 1) {
            throw new IllegalArgumentException("expected 1 or more frames to add, but was " + frameCount);
        }
        if (overlap < 1) {
            throw new IllegalArgumentException("expected an overlap of 1 frame or more, but was " + overlap);
        }
        if (redraw < 0) {
            throw new IllegalArgumentException("expected 0 or more frames to draw anew, but was " + redraw);
        }
    }

    /**
     * Returns an extension with an overlap of 4 frames, which leaves all frames as they are.
     *
     * @param frameCount number of frames to add, at least 1
     * @return the extension
     * @throws IllegalArgumentException if it is below 1
     */
    public static Extension by(int frameCount) {
        return new Extension(frameCount, DEFAULT_OVERLAP, 0);
    }

    /**
     * Returns an extension that goes on in the same way, by another number of frames.
     *
     * @param newFrameCount number of frames to add, at least 1
     * @return the extension
     * @throws IllegalArgumentException if it is below 1
     */
    public Extension withFrameCount(int newFrameCount) {
        return new Extension(newFrameCount, overlap, redraw);
    }

    /**
     * Returns the extension with another overlap.
     *
     * @param newOverlap number of frames that a window takes over, at least 1
     * @return the extension
     * @throws IllegalArgumentException if it is below 1
     */
    public Extension withOverlap(int newOverlap) {
        return new Extension(frameCount, newOverlap, redraw);
    }

    /**
     * Returns the extension with another number of frames to draw anew.
     *
     * @param newRedraw number of last frames of the clip, and of each window but the last, 0 or more
     * @return the extension
     * @throws IllegalArgumentException if it is below 0
     */
    public Extension withRedraw(int newRedraw) {
        return new Extension(frameCount, overlap, newRedraw);
    }
}
