package org.lamp4j.training.loop;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Measures how fast the steps of a phase go by. The first step counts only until there is a second: it also makes
 * graphs and sessions, and would spoil the estimate for long.
 */
final class Pace {

    private static final double NANOS_PER_SECOND = 1e9;

    private final LongSupplier nanoTime;
    private final int steps;
    private final long start;
    private long firstStepAt;
    private int done;
    private double stepsPerSecond;

    Pace(int steps, LongSupplier nanoTime) {
        this.steps = steps;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    /** Starts measuring a phase. */
    static Pace of(int steps) {
        return new Pace(steps, System::nanoTime);
    }

    void stepDone() {
        long now = nanoTime.getAsLong();
        done++;
        if (done == 1) {
            firstStepAt = now;
            stepsPerSecond = rate(1, now - start);
        } else {
            stepsPerSecond = rate(done - 1, now - firstStepAt);
        }
    }

    private static double rate(int count, long nanos) {
        return count * NANOS_PER_SECOND / Math.max(1, nanos);
    }

    int done() {
        return done;
    }

    double stepsPerSecond() {
        return stepsPerSecond;
    }

    Duration remaining() {
        return Duration.ofNanos((long) ((steps - done) / stepsPerSecond * NANOS_PER_SECOND));
    }
}
