package org.lamp4j.examples.studio;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that read requests and answer them. A client that does not get to the end of a request's head is cut off.
 */
final class RequestThreads implements Executor, AutoCloseable {

    /** More than are answered at once, so that those beyond are told so. */
    private static final int THREADS = 2 * (Limits.REQUESTS_AT_ONCE + Limits.EVENT_STREAMS);

    private static final int KEPT_SECONDS = 30;
    private static final int END_SECONDS = 10;

    private final Deadlines deadlines;
    private final Limits limits;
    private final AtomicInteger count = new AtomicInteger();
    private final ThreadPoolExecutor pool =
            new ThreadPoolExecutor(0, THREADS, KEPT_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "lamp-studio-request-" + count.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            });

    RequestThreads(Deadlines deadlines, Limits limits) {
        this.deadlines = deadlines;
        this.limits = limits;
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(() -> {
            deadlines.set(limits.idle());
            try {
                task.run();
            } finally {
                deadlines.forget();
            }
        });
    }

    @Override
    public void close() {
        pool.shutdownNow();
        try {
            pool.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException again) {
            Thread.currentThread().interrupt();
        }
    }
}
