package org.lamp4j.onnx.runtime;

import ai.onnxruntime.OrtException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.lamp4j.errors.StoppedException;

/**
 * The gate that every call of ONNX Runtime's native code passes. When the process begins to end, a shutdown hook closes
 * it: calls that come later are refused, those inside are asked to stop, and the process waits until all are out. After
 * the hooks the C library destroys what is static in ONNX Runtime, and a call that meets that is a crash.
 *
 * <p>A late call is refused, rather than kept waiting, because its thread may hold locks for which a hook of the
 * program's waits, one that closes a backbone for instance. What a late call would have freed goes with the process,
 * without a word: it comes from a finally block or a hook, which has better things to tell.
 */
final class ExitGate {

    /** The gate of this process, which closes when the process begins to end. */
    static final ExitGate OF_PROCESS = new ExitGate();

    private static final System.Logger LOG = System.getLogger(ExitGate.class.getName());

    /**
     * When one operator of a large network takes longer than this, somebody may wonder why the process does not end.
     */
    private static final Duration UNNOTICED = Duration.ofSeconds(2);

    /** Beyond any operator; what takes longer hangs, a GPU's driver for instance. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(OF_PROCESS::closeForExit, "lamp4j leaves ONNX Runtime"));
        } catch (IllegalStateException e) {
            OF_PROCESS.close(); // the hooks are running already
        }
    }

    /** A call. */
    @FunctionalInterface
    interface Call<T, E extends Exception> {
        T run() throws E;
    }

    /** A call of ONNX Runtime that gives nothing. */
    @FunctionalInterface
    interface Release<E extends Exception> {
        void run() throws E;
    }

    /** How a call under way is asked to stop. */
    @FunctionalInterface
    interface Stop {
        void ask() throws OrtException;
    }

    /** A call under way; each is another one, whatever it works on. */
    private static final class Passage {
        private final Object subject;

        Passage(Object subject) {
            this.subject = subject;
        }
    }

    private final Set<Passage> inside = new LinkedHashSet<>();
    private final Set<Stop> stops = new LinkedHashSet<>();
    private boolean closed;

    /**
     * Makes a call.
     *
     * @param subject what it works on, for messages
     * @param call the call
     * @return what it returns
     * @throws E if it throws
     * @throws StoppedException if the gate is closed
     */
    <T, E extends Exception> T pass(Object subject, Call<T, E> call) throws E {
        Passage passage = new Passage(subject);
        synchronized (this) {
            refuseIfClosed(subject);
            inside.add(passage);
        }
        try {
            return call.run();
        } finally {
            leave(passage);
        }
    }

    /**
     * Frees something, unless the gate is closed: then it is left to the end of the process.
     *
     * @param subject what is freed, for messages
     * @param release what frees it
     */
    <E extends Exception> void free(Object subject, Release<E> release) throws E {
        Passage passage = new Passage(subject);
        synchronized (this) {
            if (closed) {
                return;
            }
            inside.add(passage);
        }
        try {
            release.run();
        } finally {
            leave(passage);
        }
    }

    /**
     * Makes a call that may be asked to stop, within one that has passed.
     *
     * @param subject what it works on, for messages
     * @param stop how it is asked, at most once and never after the call
     * @param call the call
     * @return what it returns
     * @throws E if it throws
     * @throws StoppedException if the gate has been closed in the meantime
     */
    <T, E extends Exception> T stoppable(Object subject, Stop stop, Call<T, E> call) throws E {
        synchronized (this) {
            refuseIfClosed(subject);
            stops.add(stop);
        }
        try {
            return call.run();
        } finally {
            forget(stop);
        }
    }

    private synchronized void forget(Stop stop) {
        stops.remove(stop);
    }

    private synchronized void leave(Passage passage) {
        inside.remove(passage);
        notifyAll();
    }

    private void refuseIfClosed(Object subject) {
        if (closed) {
            throw refusal(subject);
        }
    }

    static StoppedException refusal(Object subject) {
        return new StoppedException("expected a process that goes on, but it is ending (" + subject + ")");
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Refuses calls from now on and asks those under way to stop. */
    synchronized void close() {
        closed = true;
        for (Stop stop : stops) {
            try {
                stop.ask();
            } catch (OrtException e) {
                LOG.log(System.Logger.Level.DEBUG, "a call could not be asked to stop", e);
            }
        }
        stops.clear();
    }

    /**
     * Waits until no call is under way.
     *
     * @param patience how long at most
     * @return whether none is
     */
    synchronized boolean awaitEmpty(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        for (long left = patience.toNanos(); !inside.isEmpty() && left > 0; left = end - System.nanoTime()) {
            try {
                wait(left / 1_000_000 + 1);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return inside.isEmpty();
    }

    private void closeForExit() {
        close();
        if (!awaitEmpty(UNNOTICED)) {
            LOG.log(System.Logger.Level.WARNING, "the process ends when ONNX Runtime is done with {0}", subjects());
            awaitEmpty(PATIENCE);
        }
    }

    private synchronized String subjects() {
        return inside.stream()
                .map(passage -> passage.subject.toString())
                .distinct()
                .toList()
                .toString();
    }
}
