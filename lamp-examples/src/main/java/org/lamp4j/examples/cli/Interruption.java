package org.lamp4j.examples.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Turns Ctrl-C into an interrupt of the working thread, and keeps the process alive until its work is put away. */
final class Interruption {

    /** Long enough to write a checkpoint of the largest pattern. */
    private static final long SECONDS_TO_PUT_WORK_AWAY = 120;

    private Interruption() {}

    /** Does work that heeds interrupts. */
    static <T> T heeding(Callable<T> work) throws Exception {
        CountDownLatch workPutAway = new CountDownLatch(1);
        Thread worker = Thread.currentThread();
        Thread hook = new Thread(() -> interruptAndWait(worker, workPutAway), "lamp-interruption");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.call();
        } finally {
            workPutAway.countDown();
            forget(hook);
        }
    }

    private static void interruptAndWait(Thread worker, CountDownLatch workPutAway) {
        worker.interrupt();
        try {
            workPutAway.await(SECONDS_TO_PUT_WORK_AWAY, TimeUnit.SECONDS);
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // The hook is running and has just been told that it may end.
        }
    }
}
