package org.lamp4j.examples.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C into an interrupt of the working thread, and keeps the process alive until its work is put away and it has
 * said so. Work that does not heed interrupts must not ask for this.
 */
final class Interruption implements AutoCloseable {

    /** Long enough to write a checkpoint of the largest pattern. */
    private static final long SECONDS_TO_PUT_WORK_AWAY = 120;

    private final CountDownLatch workPutAway = new CountDownLatch(1);
    private final Thread worker = Thread.currentThread();
    private final Thread hook = new Thread(this::interruptAndWait, "lamp-interruption");

    /** Interrupts the thread that made this, from now on, when the process is told to end. */
    void heed() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void interruptAndWait() {
        worker.interrupt();
        try {
            workPutAway.await(SECONDS_TO_PUT_WORK_AWAY, TimeUnit.SECONDS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        workPutAway.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook is running and has just been told that it may end.
        }
    }
}
