package org.lamp4j.generation.pipeline;

import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;

/** What ends a generation before its time. */
final class Generation {

    private Generation() {}

    static void checkInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw new StoppedException("generation was stopped: the thread was interrupted");
        }
    }

    static void report(ProgressListener<GenerationProgress> listener, GenerationProgress progress) {
        checkInterrupt();
        if (listener.onProgress(progress) == Decision.STOP) {
            throw new StoppedException("generation was stopped by its listener");
        }
    }
}
