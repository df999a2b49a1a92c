package org.lamp4j.examples.quickstart;

/** The motions that the quickstart ships clips of. */
public enum LearnedMotion {
    /** Objects that fly to the right. */
    RIGHT("right", "an owl flies to the right in the sky"),
    /** Objects that rise. */
    RISE("rise", "a ladybug rises on a pink background");

    private final String folder;
    private final String prompt;

    LearnedMotion(String folder, String prompt) {
        this.folder = folder;
        this.prompt = prompt;
    }

    /** Returns where its clips and first frames are shipped. */
    String folder() {
        return folder;
    }

    /** Returns the prompt of the clip that the quickstart makes; its first frame is shipped under this name. */
    String prompt() {
        return prompt;
    }
}
