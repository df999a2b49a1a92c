package org.lamp4j.diffusion;

import java.util.Objects;
import java.util.Optional;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * The DPM-Solver++ (2M) sampler: of second order with one run of the network in each step, because a step also uses the
 * clean latents that the previous step predicted. Immutable and pure; knows no model. Safe for several threads.
 *
 * <p>The first step and the last are of first order: the one has nothing to look back on, and the other is so long in λ
 * that extrapolating over it does harm. It leads to where {@link DdimSampler} ends, {@link NoiseSchedule#alphaCumprod}
 * of a negative timestep.
 *
 * <table>
 *   <caption>Notation</caption>
 *   <tr><td>S, T</td><td>number of sampling steps and of training timesteps</td></tr>
 *   <tr><td>t<sub>i</sub></td><td>timestep of step i, {@link TimestepSpacing#KARRAS} unless another is asked for</td></tr>
 *   <tr><td>α, σ</td><td>sqrt(ᾱ<sub>t</sub>), sqrt(1-ᾱ<sub>t</sub>)</td></tr>
 *   <tr><td>λ, h<sub>i</sub></td><td>log(α/σ), and its growth in step i</td></tr>
 *   <tr><td>x, D<sub>i</sub></td><td>latents, and clean latents predicted from them: (x - σ ε̂)/α</td></tr>
 * </table>
 *
 * @see <a href="https://arxiv.org/abs/2211.01095">Lu et al., DPM-Solver++</a>, algorithm 2
 */
public final class DpmSolverPlusPlusSampler implements Sampler {

    private final int[] timesteps;
    private final NoiseLevel[] levels;

    private DpmSolverPlusPlusSampler(NoiseSchedule schedule, int steps, TimestepSpacing spacing) {
        this.timesteps = spacing.timesteps(schedule, steps);
        this.levels = TimestepSpacing.levels(schedule, timesteps, NoiseLevel.at(schedule, -1));
    }

    /**
     * Returns a sampler whose timesteps are {@link TimestepSpacing#KARRAS}.
     *
     * @param schedule the noise schedule the model was trained with
     * @param steps S, 1 to T-1
     * @return the sampler
     * @throws IllegalArgumentException if {@code steps} is not in 1 to T-1
     */
    public static DpmSolverPlusPlusSampler of(NoiseSchedule schedule, int steps) {
        return of(schedule, steps, TimestepSpacing.KARRAS);
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
    public static DpmSolverPlusPlusSampler of(NoiseSchedule schedule, int steps, TimestepSpacing spacing) {
        return new DpmSolverPlusPlusSampler(schedule, steps, spacing);
    }

    @Override
    public int[] timesteps() {
        return timesteps.clone();
    }

    /**
     * {@inheritDoc} (σ'/σ) x - α' (exp(-h<sub>i</sub>) - 1) ((1 + w) D<sub>i</sub> - w D<sub>i-1</sub>), where w =
     * h<sub>i</sub> / (2 h<sub>i-1</sub>); in steps of first order w = 0.
     */
    @Override
    public SamplingState step(SamplingState state, FloatTensor predictedNoise, FreshNoise fresh) {
        int stepIndex = Objects.checkIndex(state.stepIndex(), timesteps.length);
        FloatTensor latents = state.latents();
        ShapeMismatchException.check(
                "predicted noise", latents.shape(), predictedNoise.shape(), "DpmSolverPlusPlusSampler.step");
        NoiseLevel from = levels[stepIndex];
        NoiseLevel to = levels[stepIndex + 1];
        FloatTensor clean = FloatTensor.generate(
                latents.shape(), index -> (float) from.clean(latents.valueAt(index), predictedNoise.valueAt(index)));
        FloatTensor previous = previousClean(state, clean);
        double extrapolation = extrapolation(stepIndex);
        double keep = to.spread() / from.spread();
        double gain = -to.signal() * Math.expm1(-growth(stepIndex));
        FloatTensor next = FloatTensor.generate(latents.shape(), index -> {
            double change = extrapolation * (clean.valueAt(index) - (double) previous.valueAt(index));
            return (float) (keep * latents.valueAt(index) + gain * (clean.valueAt(index) + change));
        });
        return new SamplingState(stepIndex + 1, next, Optional.of(clean));
    }

    private static FloatTensor previousClean(SamplingState state, FloatTensor clean) {
        if (state.stepIndex() == 0) {
            return clean;
        }
        return state.previousClean()
                .orElseThrow(() -> new IllegalArgumentException("expected the clean latents that step "
                        + (state.stepIndex() - 1) + " predicted, but was a state without them"
                        + " (DpmSolverPlusPlusSampler.step)"));
    }

    /** Returns w, 0 in steps of first order: the first, which has nothing to look back on, and the last. */
    private double extrapolation(int stepIndex) {
        boolean firstOrder = stepIndex == 0 || stepIndex == timesteps.length - 1;
        return firstOrder ? 0 : growth(stepIndex) / (2 * growth(stepIndex - 1));
    }

    private double growth(int stepIndex) {
        return levels[stepIndex + 1].halfLogSnr() - levels[stepIndex].halfLogSnr();
    }
}
