package org.lamp4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RandomSourceTest {

    private static final Shape MANY = Shape.of(50_000);

    /** Five standard deviations of a mean of that many standard normal values. */
    private static final double CHANCE = 5 / Math.sqrt(50_000);

    @Test
    void stream_sameSeedNameAndIndex_repeats() {
        assertThat(RandomSource.stream(1, "noise", 2).gaussian(Shape.of(9)).toArray())
                .containsExactly(
                        RandomSource.stream(1, "noise", 2).gaussian(Shape.of(9)).toArray());
    }

    /** Pinned: a release that draws other numbers would make other clips from the same seeds. */
    @Test
    void stream_pinnedSeed_givesTheSameNumbersInEveryRelease() {
        RandomSource random = RandomSource.stream(42, "noise", 7);

        assertThat(new int[] {random.nextInt(1000), random.nextInt(1000), random.nextInt(1000)})
                .containsExactly(160, 862, 527);
    }

    @Test
    void stream_otherSeedNameOrIndex_isIndependent() {
        float[] base = RandomSource.stream(1, "noise", 0).gaussian(MANY).toArray();

        assertThat(correlation(base, RandomSource.stream(2, "noise", 0))).isCloseTo(0, within(CHANCE));
        assertThat(correlation(base, RandomSource.stream(1, "window", 0))).isCloseTo(0, within(CHANCE));
        assertThat(correlation(base, RandomSource.stream(1, "noise", 1))).isCloseTo(0, within(CHANCE));
    }

    private static double correlation(float[] base, RandomSource other) {
        float[] values = other.gaussian(MANY).toArray();
        double sum = 0;
        for (int index = 0; index < base.length; index++) {
            sum += base[index] * values[index];
        }
        return sum / base.length;
    }

    @Test
    void gaussian_manyValues_haveMeanZeroAndVarianceOne() {
        float[] values = RandomSource.stream(3, "noise", 0).gaussian(MANY).toArray();
        double sum = 0;
        double squares = 0;
        for (float value : values) {
            sum += value;
            squares += value * value;
        }

        assertThat(sum / values.length).isCloseTo(0, within(CHANCE));
        // The square of a standard normal value has variance 2.
        assertThat(squares / values.length).isCloseTo(1, within(2 * CHANCE));
    }

    @Test
    void nextFloat_manyValues_liesInTheUnitInterval() {
        RandomSource random = RandomSource.stream(3, "x", 0);

        for (int draw = 0; draw < 1000; draw++) {
            assertThat(random.nextFloat()).isGreaterThanOrEqualTo(0).isLessThan(1);
        }
    }
}
