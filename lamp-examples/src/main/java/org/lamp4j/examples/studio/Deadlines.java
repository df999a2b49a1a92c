package org.lamp4j.examples.studio;

import java.time.Duration;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends the wait of threads for clients that send or take nothing. An interrupt closes the channel that a thread waits
 * at, which is the only way to end a read of the JDK's server.
 */
final class Deadlines implements AutoCloseable {

    private static final long LOOK_EVERY_MILLIS = 200;

    private final Map<Thread, Deadline> byThread = new ConcurrentHashMap<>();
    private final Timer clock = new Timer("lamp-studio-deadlines", true);

    Deadlines() {
        clock.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        look();
                    }
                },
                LOOK_EVERY_MILLIS,
                LOOK_EVERY_MILLIS);
    }

    /** When one thread's wait ends; its lock orders an interrupt before or after the end of the wait. */
    private static final class Deadline {

        private long at;
        private boolean isSet;

        synchronized void set(long newAt) {
            at = newAt;
            isSet = true;
        }

        synchronized void clear() {
            isSet = false;
        }

        synchronized void look(Thread thread, long now) {
            if (isSet && now - at > 0) {
                isSet = false;
                thread.interrupt();
            }
        }
    }

    /** Has the calling thread interrupted after a while, unless it sets another deadline or clears this one. */
    void set(Duration time) {
        byThread.computeIfAbsent(Thread.currentThread(), thread -> new Deadline())
                .set(System.nanoTime() + time.toNanos());
    }

    void clear() {
        Deadline deadline = byThread.get(Thread.currentThread());
        if (deadline != null) {
            deadline.clear();
        }
    }

    /** Forgets the calling thread. */
    void forget() {
        Deadline deadline = byThread.remove(Thread.currentThread());
        if (deadline != null) {
            deadline.clear();
        }
    }

    private void look() {
        long now = System.nanoTime();
        byThread.forEach((thread, deadline) -> deadline.look(thread, now));
    }

    @Override
    public void close() {
        clock.cancel();
    }
}
