package org.lamp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.lamp4j.errors.StoppedException;

class SeriesTest {

    /** Sleeping takes at least as long as asked for, less what two clocks differ by. */
    private static final double SHORTEST = 0.019;

    @Test
    void time_interruptedThread_measuresNothing() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> new Series(0).time(() -> fail("measured")))
                    .isInstanceOf(StoppedException.class)
                    .hasMessage("stopped before everything was measured");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void time_warmUpRound_doesNotCount() {
        Series series = new Series(1);
        Series twice = new Series(1);
        for (int round = 0; round < 4; round++) {
            long sleep = TimeUnit.MILLISECONDS.toNanos(round == 0 ? 300 : 20);
            assertThat(series.<Integer>time(() -> sleep(sleep))).isEqualTo(1);
            twice.time(() -> sleep(2 * sleep));
        }

        assertThat(series.median()).isBetween(SHORTEST, 0.3);
        assertThat(series.ratioTo(series)).isEqualTo(1);
        assertThat(twice.ratioTo(series)).isGreaterThan(1);
        assertThat(series.without(series).median()).isZero();
        assertThat(twice.without(series).median()).isPositive();
    }

    private static int sleep(long nanoseconds) {
        long end = System.nanoTime() + nanoseconds;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        return 1;
    }
}
