package org.lamp4j.training;

import java.time.Duration;

/** Measures how fast steps go by, from its creation on. */
final class Pace {

    private static final double NANOS_PER_SECOND = 1e9;

    private final long start = System.nanoTime();

    double stepsPerSecond(int stepsDone) {
        return stepsDone * NANOS_PER_SECOND / Math.max(1, System.nanoTime() - start);
    }

    Duration remaining(int stepsDone, int steps) {
        return Duration.ofNanos((long) ((steps - stepsDone) / stepsPerSecond(stepsDone) * NANOS_PER_SECOND));
    }
}
