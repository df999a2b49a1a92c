package org.lamp4j.diffusion;

import java.util.Objects;
import java.util.stream.IntStream;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * The multistep sampler of latent consistency models, in 1 to 8 steps: each step goes straight to clean latents, and
 * but for the last one gives them fresh noise for the next. Immutable and pure; knows no model. Safe for several
 * threads.
 *
 * <p>The network must have been distilled for it, usually by an update of low rank (LCM-LoRA). Guidance is distilled
 * with it, so that it is sampled without: a guidance scale of 1.
 *
 * <table>
 *   <caption>Notation</caption>
 *   <tr><td>S, T</td><td>number of sampling steps and of training timesteps</td></tr>
 *   <tr><td>N</td><td>number of timesteps that models are distilled at: 50, T if that is less</td></tr>
 *   <tr><td>τ<sub>j</sub></td><td>these timesteps: (N-j)·(T div N) - 1, j from 0 to N-1</td></tr>
 *   <tr><td>t<sub>i</sub></td><td>timestep of step i: τ<sub>⌊i N/S⌋</sub></td></tr>
 *   <tr><td>α, σ</td><td>sqrt(ᾱ<sub>t</sub>), sqrt(1-ᾱ<sub>t</sub>)</td></tr>
 *   <tr><td>f</td><td>{@link ConsistencyFunction}</td></tr>
 * </table>
 *
 * @see <a href="https://arxiv.org/abs/2310.04378">Luo et al., Latent Consistency Models</a>, algorithm 3; <a
 *     href="https://arxiv.org/abs/2311.05556">Luo et al., LCM-LoRA</a>
 */
public final class LcmSampler implements Sampler {

    private static final int DISTILLED_TIMESTEPS = 50;

    private final int[] timesteps;
    private final NoiseLevel[] levels;

    private LcmSampler(NoiseSchedule schedule, int steps) {
        int[] distilled = distilledTimesteps(schedule);
        TimestepSpacing.checkSteps(steps, distilled.length);
        this.timesteps = IntStream.range(0, steps)
                .map(stepIndex -> distilled[stepIndex * distilled.length / steps])
                .toArray();
        this.levels = TimestepSpacing.levels(schedule, timesteps, NoiseLevel.CLEAN);
    }

    /**
     * Returns a sampler.
     *
     * @param schedule the noise schedule the model was trained with
     * @param steps S, 1 to 50; 4 to 8 are usual
     * @return the sampler
     * @throws IllegalArgumentException if {@code steps} is not in 1 to 50
     */
    public static LcmSampler of(NoiseSchedule schedule, int steps) {
        return new LcmSampler(schedule, steps);
    }

    /**
     * Returns the timesteps that models are distilled at, of which a sampler visits some.
     *
     * @param schedule the noise schedule the model was trained with
     * @return τ, noisiest first
     */
    public static int[] distilledTimesteps(NoiseSchedule schedule) {
        int count = Math.min(DISTILLED_TIMESTEPS, schedule.trainTimesteps());
        int stride = schedule.trainTimesteps() / count;
        return IntStream.range(0, count)
                .map(index -> (count - index) * stride - 1)
                .toArray();
    }

    @Override
    public int[] timesteps() {
        return timesteps.clone();
    }

    /** {@inheritDoc} α' f(x, t) + σ' n with fresh noise n; after the last step f(x, t) alone. */
    @Override
    public SamplingState step(SamplingState state, FloatTensor predictedNoise, FreshNoise fresh) {
        int stepIndex = Objects.checkIndex(state.stepIndex(), timesteps.length);
        FloatTensor latents = state.latents();
        ShapeMismatchException.check("predicted noise", latents.shape(), predictedNoise.shape(), "LcmSampler.step");
        FloatTensor clean = ConsistencyFunction.clean(levels[stepIndex], timesteps[stepIndex], latents, predictedNoise);
        if (stepIndex == timesteps.length - 1) {
            return SamplingState.of(stepIndex + 1, clean);
        }
        FloatTensor noise = fresh.after(stepIndex);
        ShapeMismatchException.check("fresh noise", latents.shape(), noise.shape(), "LcmSampler.step");
        NoiseLevel to = levels[stepIndex + 1];
        return SamplingState.of(stepIndex + 1, clean.weighted((float) to.signal(), (float) to.spread(), noise));
    }
}
