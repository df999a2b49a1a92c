package org.lamp4j.generation;

import java.util.Objects;
import java.util.Optional;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;

/**
 * Options of enlarging a clip.
 *
 * @param strength part of the noise that enlarged frames are given, and so of the steps that are taken, above 0 and up
 *     to 1: little keeps what the small frames show and their blur, much makes up new things; 0.4 in {@link #DEFAULT}
 * @param overlap number of frames that a window takes over from the one before, at least 1; of use where the clip has
 *     more frames than a window; 4 in {@link #DEFAULT}
 * @param firstFrame the first frame in the new size or a larger one, such as the image that the clip was generated
 *     from; resized to cover the frame size and centre-cropped. Empty for the clip's own first frame, scaled up
 * @param tileSize size of the tiles that a frame is denoised in, in pixels, multiples of the auto-encoder's factor; a
 *     model that draws things twice in large frames does not so in tiles of the size it was trained on. Empty for the
 *     largest that the device's memory budget allows, the whole frame if it can be
 */
public record Enlargement(double strength, int overlap, Optional<RgbImage> firstFrame, Optional<FrameSize> tileSize) {

    /** Two fifths of the noise, an overlap of 4 frames, the clip's own first frame, and tiles where memory asks. */
    public static final Enlargement DEFAULT = new Enlargement(0.4, 4, Optional.empty(), Optional.empty());

    /**
     * Checks strength and overlap.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Enlargement {
        if (!(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException(
                    "expected a strength above 0 and up to 1, but was " + strength + " (enlarge)");
        }
        if (overlap < 1) {
            throw new IllegalArgumentException("expected an overlap of 1 frame or more, but was " + overlap);
        }
        Objects.requireNonNull(firstFrame);
        Objects.requireNonNull(tileSize);
    }

    /**
     * Returns the options with another strength.
     *
     * @param newStrength part of the noise, above 0 and up to 1
     * @return the options
     * @throws IllegalArgumentException if it is out of range
     */
    public Enlargement withStrength(double newStrength) {
        return new Enlargement(newStrength, overlap, firstFrame, tileSize);
    }

    /**
     * Returns the options with another overlap of windows.
     *
     * @param newOverlap number of frames that a window takes over, at least 1
     * @return the options
     * @throws IllegalArgumentException if it is below 1
     */
    public Enlargement withOverlap(int newOverlap) {
        return new Enlargement(strength, newOverlap, firstFrame, tileSize);
    }

    /**
     * Returns the options with a first frame of the new size.
     *
     * @param newFirstFrame the image
     * @return the options
     */
    public Enlargement withFirstFrame(RgbImage newFirstFrame) {
        return new Enlargement(strength, overlap, Optional.of(newFirstFrame), tileSize);
    }

    /**
     * Returns the options with tiles of a given size.
     *
     * @param newTileSize size of a tile in pixels
     * @return the options
     */
    public Enlargement withTileSize(FrameSize newTileSize) {
        return new Enlargement(strength, overlap, firstFrame, Optional.of(newTileSize));
    }
}
