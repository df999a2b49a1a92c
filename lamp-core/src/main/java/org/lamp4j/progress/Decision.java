package org.lamp4j.progress;

/** A listener's answer: whether the work goes on. */
public enum Decision {
    /** Go on. */
    CONTINUE,
    /**
     * Stop here: the work ends with a {@link org.lamp4j.errors.StoppedException}, as an interrupt of its thread ends
     * it.
     */
    STOP
}
