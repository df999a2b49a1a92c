package org.lamp4j.diffusion;

import org.lamp4j.tensor.FloatTensor;

/**
 * A sampler: the way from noise to a clean latent in a given number of steps. Samplers are immutable and pure and know
 * no model: the caller runs the network on the latents of a state and hands over the noise it sees in them.
 *
 * <pre>{@code
 * SamplingState state = SamplingState.of(0, noise);
 * for (int timestep : sampler.timesteps()) {
 *     state = sampler.step(state, predictNoise(state.latents(), timestep));
 * }
 * }</pre>
 */
public interface Sampler {

    /**
     * Returns the timesteps in the order they are visited.
     *
     * @return a new array of S timesteps, noisiest first
     */
    int[] timesteps();

    /**
     * Takes one step of a sampler that adds no fresh noise.
     *
     * @param state latents before the step, any shape, scaled; and what is remembered of the step before
     * @param predictedNoise noise ε̂ in the latents after guidance; same shape, unit variance
     * @return the state after the step; its latents have the same shape and units
     * @throws IllegalStateException if this sampler adds fresh noise at this step
     * @see #step(SamplingState, FloatTensor, FreshNoise)
     */
    default SamplingState step(SamplingState state, FloatTensor predictedNoise) {
        return step(state, predictedNoise, FreshNoise.none());
    }

    /**
     * Takes one step, from the latents at the timestep of the state's step to the next, cleaner ones.
     *
     * @param state latents before the step, any shape, scaled; and what is remembered of the step before
     * @param predictedNoise noise ε̂ in the latents after guidance; same shape, unit variance
     * @param fresh noise to add where the sampler adds some; most add none and do not ask
     * @return the state after the step; its latents have the same shape and units
     * @throws org.lamp4j.tensor.ShapeMismatchException if the tensors differ in shape; the message holds both shapes
     * @throws IndexOutOfBoundsException if the state is at or behind the end of sampling
     * @throws IllegalArgumentException if the state does not remember what this sampler needs
     */
    SamplingState step(SamplingState state, FloatTensor predictedNoise, FreshNoise fresh);
}
