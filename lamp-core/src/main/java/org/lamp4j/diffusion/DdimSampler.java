package org.lamp4j.diffusion;

import java.util.Objects;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * The deterministic DDIM sampler in a given number of steps. Immutable and pure; knows no model. Safe for several
 * threads.
 *
 * <table>
 *   <caption>Notation</caption>
 *   <tr><td>S</td><td>number of sampling steps</td></tr>
 *   <tr><td>T</td><td>number of training timesteps, {@link NoiseSchedule#trainTimesteps()}</td></tr>
 *   <tr><td>t</td><td>one of {@link #timesteps()}, at step i (S-1-i)·(T div S) + offset unless spaced otherwise</td></tr>
 *   <tr><td>t<sub>prev</sub></td><td>the next and cleaner timestep, below 0 at the end</td></tr>
 *   <tr><td>ᾱ<sub>t</sub></td><td>{@link NoiseSchedule#alphaCumprod}</td></tr>
 * </table>
 *
 * @see <a href="https://arxiv.org/abs/2010.02502">Song et al., DDIM</a>, equation 12 with &sigma; = 0
 */
public final class DdimSampler implements Sampler {

    private final NoiseSchedule schedule;
    private final int[] timesteps;
    private final int end;

    private DdimSampler(NoiseSchedule schedule, int[] timesteps, int end) {
        this.schedule = schedule;
        this.timesteps = timesteps;
        this.end = end;
    }

    /**
     * Returns a sampler whose timesteps are {@link TimestepSpacing#LEADING}, as LAMP has them.
     *
     * @param schedule the noise schedule the model was trained with
     * @param steps S, 1 to T
     * @return the sampler
     * @throws IllegalArgumentException if {@code steps} is below 1 or so large that a timestep exceeds T-1
     */
    public static DdimSampler of(NoiseSchedule schedule, int steps) {
        return of(schedule, steps, TimestepSpacing.LEADING);
    }

    /**
     * Returns a sampler.
     *
     * @param schedule the noise schedule the model was trained with
     * @param steps S
     * @param spacing which timesteps it visits
     * @return the sampler
     * @throws IllegalArgumentException if the spacing does not allow that number of steps
     */
    public static DdimSampler of(NoiseSchedule schedule, int steps, TimestepSpacing spacing) {
        int[] timesteps = spacing.timesteps(schedule, steps);
        int end = timesteps[steps - 1] - schedule.trainTimesteps() / steps;
        return new DdimSampler(schedule, timesteps, Math.min(-1, end));
    }

    @Override
    public int[] timesteps() {
        return timesteps.clone();
    }

    /**
     * Returns the timestep that one step of this sampler leads to.
     *
     * @param timestep one of {@link #timesteps()}
     * @return the timestep after it, negative after the last
     * @throws IllegalArgumentException if {@code timestep} is not in {@link #timesteps()}
     */
    public int previousTimestep(int timestep) {
        for (int stepIndex = 0; stepIndex < timesteps.length; stepIndex++) {
            if (timesteps[stepIndex] == timestep) {
                return stepIndex + 1 < timesteps.length ? timesteps[stepIndex + 1] : end;
            }
        }
        throw new IllegalArgumentException("expected one of the sampler's " + timesteps.length + " timesteps from "
                + timesteps[0] + " down to " + timesteps[timesteps.length - 1] + ", but was " + timestep);
    }

    @Override
    public SamplingState step(SamplingState state, FloatTensor predictedNoise, FreshNoise fresh) {
        int stepIndex = Objects.checkIndex(state.stepIndex(), timesteps.length);
        return SamplingState.of(stepIndex + 1, step(state.latents(), predictedNoise, timesteps[stepIndex]));
    }

    /**
     * Takes one step, from the latents at {@code timestep} to the next, cleaner ones: x<sub>0</sub> = (z -
     * sqrt(1-ᾱ<sub>t</sub>) ε̂) / sqrt(ᾱ<sub>t</sub>), not clipped; then sqrt(ᾱ<sub>prev</sub>) x<sub>0</sub> +
     * sqrt(1-ᾱ<sub>prev</sub>) ε̂.
     *
     * @param latents latents z at {@code timestep}, any shape, scaled
     * @param predictedNoise noise ε̂ in {@code latents} after guidance; same shape, unit variance
     * @param timestep one of {@link #timesteps()}
     * @return the latents at {@link #previousTimestep}; same shape and units
     * @throws ShapeMismatchException if the tensors differ in shape; the message holds both shapes
     * @throws IllegalArgumentException if {@code timestep} is not in {@link #timesteps()}
     */
    public FloatTensor step(FloatTensor latents, FloatTensor predictedNoise, int timestep) {
        return move(latents, predictedNoise, timestep, previousTimestep(timestep));
    }

    /**
     * Takes one step backwards, from the latents before {@code timestep} to the noisier ones at it; the same formula
     * with the two timesteps exchanged.
     *
     * @param latents latents at {@link #previousTimestep}, any shape, scaled
     * @param predictedNoise noise ε̂ that the model sees in them; same shape, unit variance
     * @param timestep one of {@link #timesteps()}
     * @return the latents at {@code timestep}; same shape and units
     * @throws ShapeMismatchException if the tensors differ in shape; the message holds both shapes
     * @throws IllegalArgumentException if {@code timestep} is not in {@link #timesteps()}
     */
    public FloatTensor stepBack(FloatTensor latents, FloatTensor predictedNoise, int timestep) {
        return move(latents, predictedNoise, previousTimestep(timestep), timestep);
    }

    private FloatTensor move(FloatTensor latents, FloatTensor predictedNoise, int from, int to) {
        ShapeMismatchException.check("predicted noise", latents.shape(), predictedNoise.shape(), "DdimSampler.step");
        NoiseLevel fromLevel = NoiseLevel.at(schedule, from);
        NoiseLevel toLevel = NoiseLevel.at(schedule, to);
        return FloatTensor.generate(latents.shape(), index -> {
            double noise = predictedNoise.valueAt(index);
            double clean = fromLevel.clean(latents.valueAt(index), noise);
            return (float) (toLevel.signal() * clean + toLevel.spread() * noise);
        });
    }
}
