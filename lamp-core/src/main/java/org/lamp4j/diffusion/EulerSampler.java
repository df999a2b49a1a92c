package org.lamp4j.diffusion;

import java.util.Objects;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * The Euler sampler without added noise, in the variance-preserving scaling of Stable Diffusion. Immutable and pure;
 * knows no model. Safe for several threads.
 *
 * <p>A step is, in exact arithmetic, that of {@link DdimSampler}; the way is another: it begins at the noisiest
 * timestep, goes down to timestep 0 (or as its spacing has it), and from there to a latent without any noise.
 *
 * <table>
 *   <caption>Notation</caption>
 *   <tr><td>S, T</td><td>number of sampling steps and of training timesteps</td></tr>
 *   <tr><td>t<sub>i</sub></td><td>timestep of step i, {@link TimestepSpacing#LINSPACE} unless another is asked for</td></tr>
 *   <tr><td>α, σ</td><td>sqrt(ᾱ<sub>t</sub>), sqrt(1-ᾱ<sub>t</sub>); 1 and 0 after the last step</td></tr>
 *   <tr><td>x</td><td>latents; the source's are x/α, its noise level is σ/α</td></tr>
 * </table>
 *
 * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., EDM</a>, algorithm 1 without lines 6 to 8; the model
 *     is asked at integer timesteps, as it was trained, so they are rounded before σ is taken and not interpolated
 */
public final class EulerSampler implements Sampler {

    private final int[] timesteps;
    private final NoiseLevel[] levels;

    private EulerSampler(NoiseSchedule schedule, int steps, TimestepSpacing spacing) {
        this.timesteps = spacing.timesteps(schedule, steps);
        this.levels = TimestepSpacing.levels(schedule, timesteps, NoiseLevel.CLEAN);
    }

    /**
     * Returns a sampler whose timesteps are {@link TimestepSpacing#LINSPACE}.
     *
     * @param schedule the noise schedule the model was trained with
     * @param steps S, 1 to T
     * @return the sampler
     * @throws IllegalArgumentException if {@code steps} is not in 1 to T
     */
    public static EulerSampler of(NoiseSchedule schedule, int steps) {
        return of(schedule, steps, TimestepSpacing.LINSPACE);
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
    public static EulerSampler of(NoiseSchedule schedule, int steps, TimestepSpacing spacing) {
        return new EulerSampler(schedule, steps, spacing);
    }

    @Override
    public int[] timesteps() {
        return timesteps.clone();
    }

    /** {@inheritDoc} x/α + (σ'/α' - σ/α) ε̂, times α'. */
    @Override
    public SamplingState step(SamplingState state, FloatTensor predictedNoise, FreshNoise fresh) {
        int stepIndex = Objects.checkIndex(state.stepIndex(), timesteps.length);
        FloatTensor latents = state.latents();
        ShapeMismatchException.check("predicted noise", latents.shape(), predictedNoise.shape(), "EulerSampler.step");
        NoiseLevel from = levels[stepIndex];
        NoiseLevel to = levels[stepIndex + 1];
        double descent = to.noiseToSignal() - from.noiseToSignal();
        FloatTensor next = FloatTensor.generate(latents.shape(), index -> (float)
                (to.signal() * (latents.valueAt(index) / from.signal() + descent * predictedNoise.valueAt(index))));
        return SamplingState.of(stepIndex + 1, next);
    }
}
