package org.lamp4j.examples.bench;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at the process's memory again and again while something runs, since Linux keeps no peak of anonymous memory.
 */
final class MemoryWatch implements AutoCloseable {

    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(10);

    private final Thread thread = new Thread(this::look, "memory watch");
    private volatile boolean closed;
    private volatile long mostAnonymous;

    MemoryWatch() {
        ProcessMemory.forgetPeak();
        thread.setDaemon(true);
        thread.start();
    }

    private void look() {
        while (!closed && lookOnce()) {
            LockSupport.parkNanos(INTERVAL);
        }
    }

    private synchronized boolean lookOnce() {
        Optional<ProcessMemory> memory = ProcessMemory.now();
        memory.ifPresent(now -> mostAnonymous = Math.max(mostAnonymous, now.anonymousBytes()));
        return memory.isPresent();
    }

    /** Returns the most that was held since this watch began; empty where the system does not tell. */
    Optional<ProcessMemory> peak() {
        lookOnce();
        return ProcessMemory.now().map(now -> new ProcessMemory(mostAnonymous, now.peakBytes()));
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
