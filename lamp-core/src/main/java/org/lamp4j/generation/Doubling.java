package org.lamp4j.generation;

/**
 * Options of doubling a clip's frame rate: what new frames are made of.
 *
 * @param strength part of the noise that new frames are given, above 0 and up to 1: little leaves moving things
 *     doubled, much lets them wander; 0.1 in {@link #DEFAULT}
 */
public record Doubling(double strength) {

    /** A tenth of the noise. */
    public static final Doubling DEFAULT = new Doubling(0.1);

    /**
     * Checks the strength.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Doubling {
        if (!(strength > 0 && strength <= 1)) {
            throw new IllegalArgumentException(
                    "expected a strength above 0 and up to 1, but was " + strength + " (doubleFrameRate)");
        }
    }
}
