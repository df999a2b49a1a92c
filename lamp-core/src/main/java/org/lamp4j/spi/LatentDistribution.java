package org.lamp4j.spi;

import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * A diagonal normal distribution over latents, as a variational auto-encoder's encoder gives it.
 *
 * @param mean {@code [n, C, h, w]}, unscaled
 * @param logVariance same shape, clamped to [-30, 20]
 */
public record LatentDistribution(FloatTensor mean, FloatTensor logVariance) {

    /** Checks that the shapes agree. */
    public LatentDistribution {
        ShapeMismatchException.check("log-variance", mean.shape(), logVariance.shape(), "LatentDistribution");
    }

    /**
     * Draws a latent: {@code mean + exp(logVariance / 2) · ε}.
     *
     * @param random where ε comes from
     * @return the latent, same shape as the mean, unscaled
     */
    public FloatTensor sample(RandomSource random) {
        FloatTensor noise = random.gaussian(mean.shape());
        return FloatTensor.generate(
                mean.shape(),
                index -> mean.valueAt(index) + (float) Math.exp(logVariance.valueAt(index) / 2) * noise.valueAt(index));
    }
}
