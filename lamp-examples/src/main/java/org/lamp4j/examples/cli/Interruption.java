package org.lamp4j.examples.cli;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;

/**
 * Ends a command when the process is told to: by Ctrl-C, a request to terminate, or a terminal that goes away.
 *
 * <p>The first signal interrupts the thread that works, which puts away what it has and ends. Work that has nothing to
 * put away gets a few seconds, so that nothing it waits for can keep the process. A second signal ends the process at
 * once: in the first second by this class, later by the operating system, whatever the process is doing. The Java
 * runtime drops a signal that has come but has not been handed on when the operating system takes over, so that this
 * must not happen while two signals may follow each other.
 *
 * <p>The signals are caught before the Java runtime begins to shut down, which would not wait for the work.
 */
final class Interruption {

    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Map<String, Integer> SIGNALS = Map.of("INT", 2, "TERM", 15, "HUP", 1);
    private static final int OF_A_SIGNAL = 128;
    private static final Duration PATIENCE_FOR_MESSAGE = Duration.ofSeconds(1);
    private static final Duration SIGNALS_IN_A_ROW = Duration.ofSeconds(1);

    private final Thread worker;
    private final MessageWriter err;
    private final Duration patience;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile boolean waitsForWork;
    private final AtomicBoolean over = new AtomicBoolean();
    private final CountDownLatch said = new CountDownLatch(1);

    /**
     * Prepares for signals.
     *
     * @param worker who works, and is interrupted
     * @param err where is said what happens
     * @param patience how long to wait for work that has nothing to put away
     */
    Interruption(Thread worker, MessageWriter err, Duration patience) {
        this.worker = worker;
        this.err = err;
        this.patience = patience;
    }

    /** Catches the signals from now on, but for those that the process was started to ignore, as by {@code nohup}. */
    void heed() {
        SIGNALS.forEach((name, number) -> Signals.register(name, () -> interrupt(number)));
    }

    /** Tells that work has been done from now on that is lost unless it is waited for, however long its step takes. */
    void waitForWork() {
        waitsForWork = true;
    }

    /**
     * Tells that the worker is about to leave; returns false if it was said already that the command has been stopped.
     */
    boolean workIsOver() {
        return over.compareAndSet(false, true);
    }

    /** Waits until it has been said that the command was stopped: a process that ends at once loses the message. */
    void awaitMessage() {
        Thread.interrupted(); // it has ended the work, and is not to end this wait
        try {
            said.await(2 * PATIENCE_FOR_MESSAGE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void interrupt(int signal) {
        if (!asked.compareAndSet(false, true)) {
            Runtime.getRuntime().halt(OF_A_SIGNAL + signal);
        }
        worker.interrupt();
        start(Interruption::leaveSignalsToSystem, "lamp-signals");
        start(this::endIfWorkDoesNot, "lamp-end");
        err.println("lamp: stopping; another signal ends it at once");
    }

    private static void leaveSignalsToSystem() {
        sleep(SIGNALS_IN_A_ROW);
        SIGNALS.keySet().forEach(Signals::registerDefault);
    }

    private void endIfWorkDoesNot() {
        sleep(patience);
        if (waitsForWork || !workIsOver()) {
            return;
        }
        // A terminal that was held with Ctrl-S, or a pipe that nobody reads, does not take the message.
        Thread message = start(this::sayStopped, "lamp-message");
        try {
            message.join(PATIENCE_FOR_MESSAGE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        said.countDown();
        System.exit(Lamp.FAILED);
    }

    private void sayStopped() {
        err.terminal().ifPresent(StatusLine::end);
        err.println("lamp: stopped before the work was done");
    }

    private static Thread start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
