package org.lamp4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final AtomicLong clock = new AtomicLong();
    private final Pace pace = new Pace(10, clock::get);

    private void stepOf(Duration duration) {
        clock.addAndGet(duration.toNanos());
        pace.stepDone();
    }

    @Test
    void remaining_firstStep_isAllThereIsToGoBy() {
        stepOf(Duration.ofSeconds(20));

        assertThat(pace.stepsPerSecond()).isEqualTo(0.05);
        assertThat(pace.remaining()).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void remaining_laterSteps_leaveTheSlowFirstOneOut() {
        stepOf(Duration.ofSeconds(20));
        stepOf(Duration.ofSeconds(1));
        stepOf(Duration.ofSeconds(3));

        assertThat(pace.done()).isEqualTo(3);
        assertThat(pace.stepsPerSecond()).isEqualTo(0.5);
        assertThat(pace.remaining()).isEqualTo(Duration.ofSeconds(14));
    }

    @Test
    void remaining_lastStep_isNothing() {
        for (int step = 0; step < 10; step++) {
            stepOf(Duration.ofSeconds(1));
        }

        assertThat(pace.remaining()).isZero();
    }

    @Test
    void stepsPerSecond_stepsThatTakeNoTime_isFinite() {
        stepOf(Duration.ZERO);
        stepOf(Duration.ZERO);

        assertThat(pace.stepsPerSecond()).isFinite().isPositive();
    }
}
