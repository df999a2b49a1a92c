package org.lamp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.lamp4j.errors.StoppedException;

class SeriesTest {

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
        long[] now = new long[1];
        Series series = new Series(1, () -> now[0]);
        Series twice = new Series(1, () -> now[0]);
        for (int round = 0; round < 4; round++) {
            long time = TimeUnit.MILLISECONDS.toNanos(round == 0 ? 300 : 20 + round);
            assertThat(series.<Integer>time(() -> pass(now, time))).isEqualTo(1);
            twice.time(() -> pass(now, 2 * time));
        }

        assertThat(series.median()).isEqualTo(0.022, within(1e-9));
        assertThat(twice.ratioTo(series)).isEqualTo(2, within(1e-9));
        assertThat(twice.without(series).median()).isEqualTo(0.022, within(1e-9));
    }

    private static int pass(long[] now, long nanoseconds) {
        now[0] += nanoseconds;
        return 1;
    }
}
