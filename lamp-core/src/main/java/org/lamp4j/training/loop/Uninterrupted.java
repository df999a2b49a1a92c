package org.lamp4j.training.loop;

import java.io.IOException;

/**
 * Writing in an interrupted thread, so that a run that was stopped by an interrupt can be saved: file channels would
 * close themselves.
 */
final class Uninterrupted {

    private Uninterrupted() {}

    /** Writes something. */
    @FunctionalInterface
    interface Writing {
        void run() throws IOException;
    }

    /** Writes with the interrupt flag down, and puts it up again afterwards. */
    static void write(Writing writing) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            writing.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
