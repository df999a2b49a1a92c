package org.lamp4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.RandomSource;

class TimestepSamplingTest {

    private static final int DRAWS = 20_000;

    /** Four standard deviations of a share of about one half in that many draws. */
    private static final double CHANCE = 4 * 0.5 / Math.sqrt(DRAWS);

    private static int[] draw(TimestepSampling sampling) {
        RandomSource random = RandomSource.stream(11, "timestep", 0);
        return IntStream.range(0, DRAWS)
                .map(draw -> sampling.draw(random, 1000))
                .toArray();
    }

    private static double shareFrom(int[] timesteps, int from) {
        return (double) IntStream.of(timesteps)
                        .filter(timestep -> timestep >= from)
                        .count()
                / timesteps.length;
    }

    @Test
    void draw_uniform_coversTheWholeRange() {
        int[] timesteps = draw(TimestepSampling.uniform());

        assertThat(IntStream.of(timesteps).min()).hasValue(0);
        assertThat(IntStream.of(timesteps).max()).hasValue(999);
        assertThat(shareFrom(timesteps, 400)).isCloseTo(0.6, within(CHANCE));
    }

    @Test
    void draw_withShare_visitsHighNoiseMoreOften() {
        int[] timesteps = draw(TimestepSampling.withShareFrom(0.5, 400));

        assertThat(shareFrom(timesteps, 400)).isCloseTo(0.5 + 0.5 * 0.6, within(CHANCE));
        assertThat(IntStream.of(timesteps).min().orElseThrow()).isLessThan(10);
    }

    @Test
    void draw_wholeShare_staysAbove() {
        assertThat(shareFrom(draw(TimestepSampling.withShareFrom(1, 400)), 400)).isEqualTo(1);
    }

    @Test
    void withShareFrom_badNumbers_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TimestepSampling.withShareFrom(1.5, 0))
                .withMessage("expected a share of the timesteps from 0 to 1, but was 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TimestepSampling.withShareFrom(0.5, -1))
                .withMessage("expected a lowest timestep of 0 or more, but was -1");
    }

    @Test
    void draw_lowestTimestepBeyondTheSchedule_isRefused() {
        TimestepSampling sampling = TimestepSampling.withShareFrom(0.5, 1000);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sampling.draw(RandomSource.stream(1, "timestep", 0), 1000))
                .withMessage("expected a lowest timestep below 1000, but was 1000");
    }
}
