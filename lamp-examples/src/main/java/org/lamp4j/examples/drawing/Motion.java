package org.lamp4j.examples.drawing;

/** What an object does over the frames of a clip. */
public enum Motion {
    /** Moves to the right. */
    RIGHT("moves right"),
    /** Moves upwards. */
    RISE("rises"),
    /** Jumps twice and comes down where it stood. */
    BOUNCE("bounces"),
    /** Grows about its centre. */
    GROW("grows"),
    /** Turns clockwise about its centre. */
    SPIN("spins");

    private final String phrase;

    Motion(String phrase) {
        this.phrase = phrase;
    }

    /**
     * Returns the words for it in captions.
     *
     * @return an English verb in the third person: {@code "moves right"}
     */
    public String phrase() {
        return phrase;
    }
}
