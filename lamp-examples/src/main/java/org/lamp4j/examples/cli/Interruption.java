package org.lamp4j.examples.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jline.utils.Signals;

/**
 * Turns the first Ctrl-C, or the first request to terminate, into an interrupt of the working thread, which puts its work
 * away and ends; the second one ends the process at once. Work that does not heed interrupts must not ask for this.
 *
 * <p>The signals are caught before the Java runtime begins to shut down: from then on ONNX Runtime's own shutdown hook may
 * free its environment under a running session.
 */
final class Interruption implements AutoCloseable {

    private static final List<String> SIGNALS = List.of("INT", "TERM");

    private final Thread worker = Thread.currentThread();
    private final Map<String, Object> handlersBefore = new LinkedHashMap<>();

    /** Interrupts the thread that made this, from now on, when the process is told to end. */
    synchronized void heed() {
        for (String signal : SIGNALS) {
            handlersBefore.computeIfAbsent(signal, name -> Signals.register(name, this::interrupt));
        }
    }

    private void interrupt() {
        worker.interrupt();
        close();
    }

    @Override
    public synchronized void close() {
        handlersBefore.forEach(Signals::unregister);
        handlersBefore.clear();
    }
}
