package org.lamp4j.training;

/** Where in a clip the windows that are learned from begin. */
public enum WindowStart {

    /** At any frame from which a whole window follows: the motion may be anywhere in a clip. */
    RANDOM,

    /**
     * At the clip's first frame: for a motion with a phase, whose beginning is to be learned as the beginning. What
     * lies behind one window of a clip is not used.
     */
    CLIP_START
}
