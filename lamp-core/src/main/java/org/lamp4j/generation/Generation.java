package org.lamp4j.generation;

import java.nio.FloatBuffer;
import java.util.concurrent.CancellationException;
import org.lamp4j.tensor.FloatTensor;

/** What ends a generation before its time. */
final class Generation {

    private Generation() {}

    static void checkInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("generation was stopped: the thread was interrupted");
        }
    }

    static void report(GenerationOptions options, GenerationProgress.Phase phase, int step, int steps) {
        checkInterrupt();
        if (options.listener().onProgress(new GenerationProgress(phase, step, steps))
                == GenerationListener.Decision.STOP) {
            throw new CancellationException("generation was stopped by its listener");
        }
    }

    static void requireFinite(FloatTensor latents, int stepIndex, String suspect) {
        for (FloatBuffer values = latents.values(); values.hasRemaining(); ) {
            float value = values.get();
            if (!Float.isFinite(value)) {
                throw new IllegalStateException("expected finite latents, but was " + value + " after step " + stepIndex
                        + "; the " + suspect + " is damaged, or float16 is too narrow for this model");
            }
        }
    }
}
