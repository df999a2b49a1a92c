package org.lamp4j.examples.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C into an interrupt of the thread that made this, and keeps the process alive until that thread has put
 * its work away and closed this.
 */
final class Interruption implements AutoCloseable {

    /** Long enough to write a checkpoint of the largest pattern; a second signal ends the process at once anyway. */
    private static final long SECONDS_TO_PUT_WORK_AWAY = 120;

    private final CountDownLatch workPutAway = new CountDownLatch(1);
    private final Thread hook;

    Interruption() {
        Thread worker = Thread.currentThread();
        hook = new Thread(() -> interruptAndWait(worker), "lamp-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void interruptAndWait(Thread worker) {
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
            // The hook is running: it has just been told that it may end.
        }
    }
}
