package org.lamp4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class LatentDistributionTest {

    private static final Shape SHAPE = Shape.of(1, 4, 2, 2);

    @Test
    void sample_distribution_isMeanPlusDeviationTimesNoise() {
        FloatTensor mean = FloatTensor.generate(SHAPE, index -> index);
        // exp(log(4) / 2) = 2
        FloatTensor logVariance = FloatTensor.generate(SHAPE, index -> (float) Math.log(4));

        FloatTensor sample = new LatentDistribution(mean, logVariance).sample(RandomSource.stream(5, "posterior", 0));

        FloatTensor noise = RandomSource.stream(5, "posterior", 0).gaussian(SHAPE);
        assertThat(sample.toArray()).containsExactly(mean.weighted(1, 2, noise).toArray(), within(1e-5f));
    }

    @Test
    void constructor_otherShapes_isRefused() {
        assertThatThrownBy(() -> new LatentDistribution(FloatTensor.zeros(SHAPE), FloatTensor.zeros(SHAPE.with(0, 2))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected log-variance [1, 4, 2, 2], but was [2, 4, 2, 2] (LatentDistribution)");
    }
}
