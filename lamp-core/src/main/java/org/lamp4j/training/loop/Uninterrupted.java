package org.lamp4j.training.loop;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Reading and writing in an interrupted thread, where file channels would close themselves: so a run that an interrupt
 * stops can be saved, and one that is interrupted while it starts can find out what it goes on from.
 */
final class Uninterrupted {

    private Uninterrupted() {}

    /** Writes something. */
    @FunctionalInterface
    interface Writing {
        void run() throws IOException;
    }

    /**
     * Reads something.
     *
     * @param <T> what it is
     */
    @FunctionalInterface
    interface Reading<T> {
        T run() throws IOException;
    }

    /** Reads with the interrupt flag down, anew if an interrupt comes meanwhile, and puts it up again afterwards. */
    static <T> T read(Reading<T> reading) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return reading.run();
                } catch (ClosedByInterruptException e) {
                    interrupted = true;
                    Thread.interrupted(); // down again for the next try
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Writes in the same way. What was written before an interrupt is written anew: a file appears whole or not. */
    static void write(Writing writing) throws IOException {
        read(() -> {
            writing.run();
            return true;
        });
    }
}
