package org.lamp4j.diffusion;

import java.util.Arrays;
import org.lamp4j.tensor.FloatTensor;

/**
 * Data for which the ideal network is known: each value is drawn from one of some normal distributions, equally likely.
 */
record GaussianMixture(double deviation, double... means) {

    /** Returns what the ideal network answers: ε̂ = σ · mean over components of (x - α μ) / (α² s² + σ²). */
    FloatTensor predictedNoise(FloatTensor latents, NoiseLevel level) {
        double variance = variance(level);
        return FloatTensor.generate(latents.shape(), index -> {
            double latent = latents.valueAt(index);
            double[] offsets = Arrays.stream(means)
                    .map(mean -> latent - level.signal() * mean)
                    .toArray();
            double nearest = Arrays.stream(offsets).map(Math::abs).min().orElseThrow();
            double weights = 0;
            double sum = 0;
            for (double offset : offsets) {
                double weight = Math.exp((nearest * nearest - offset * offset) / (2 * variance));
                weights += weight;
                sum += weight * offset;
            }
            return (float) (level.spread() * sum / weights / variance);
        });
    }

    /**
     * Follows the exact path of sampling with a single component: (x - α μ) / sqrt(α² s² + σ²) stays what it is.
     *
     * @see <a href="https://arxiv.org/abs/2011.13456">Song et al., score-based SDEs</a>, equation 13
     */
    FloatTensor follow(FloatTensor latents, NoiseLevel from, NoiseLevel to) {
        double growth = Math.sqrt(variance(to) / variance(from));
        return FloatTensor.generate(latents.shape(), index ->
                (float) (to.signal() * means[0] + growth * (latents.valueAt(index) - from.signal() * means[0])));
    }

    private double variance(NoiseLevel level) {
        return Math.pow(level.signal() * deviation, 2) + Math.pow(level.spread(), 2);
    }

    /** Takes the first steps of a sampler, asking the ideal network at each. */
    SamplingState sample(Sampler sampler, NoiseSchedule schedule, FloatTensor noise, int steps) {
        int[] timesteps = sampler.timesteps();
        SamplingState state = SamplingState.of(0, noise);
        while (state.stepIndex() < steps) {
            NoiseLevel level = NoiseLevel.at(schedule, timesteps[state.stepIndex()]);
            state = sampler.step(state, predictedNoise(state.latents(), level));
        }
        return state;
    }
}
