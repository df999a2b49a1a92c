package org.lamp4j.generation;

import java.util.concurrent.CancellationException;

/** What ends a generation before its time. */
final class Generation {

    private Generation() {}

    static void checkInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("generation was stopped: the thread was interrupted");
        }
    }

    static void report(GenerationListener listener, GenerationProgress.Phase phase, int step, int steps) {
        checkInterrupt();
        if (listener.onProgress(new GenerationProgress(phase, step, steps)) == GenerationListener.Decision.STOP) {
            throw new CancellationException("generation was stopped by its listener");
        }
    }
}
