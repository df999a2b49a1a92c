package org.lamp4j.examples.bench;

import org.lamp4j.errors.StoppedException;

/** The end of a measurement whose thread was interrupted. */
final class Interruption {

    private Interruption() {}

    static StoppedException stopped() {
        return new StoppedException("stopped before everything was measured");
    }

    /** Refuses to go on if this thread was interrupted. */
    static void requireNone() {
        if (Thread.currentThread().isInterrupted()) {
            throw stopped();
        }
    }
}
