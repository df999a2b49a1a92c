package org.lamp4j.diffusion;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Which timesteps a sampler visits. They are integers, because networks are trained at no others. */
final class TimestepSpacing {

    /** ρ: the larger, the shorter are steps at low noise. */
    private static final double KARRAS_EXPONENT = 7;

    private TimestepSpacing() {}

    /** Returns S equally distant timesteps from T-1 to 0, rounded, halves to the even one; T-1 if S is 1. */
    static int[] even(NoiseSchedule schedule, int steps) {
        int noisiest = schedule.trainTimesteps() - 1;
        check(steps, noisiest + 1);
        return IntStream.range(0, steps)
                .map(stepIndex -> (int) Math.rint(noisiest * (double) (steps - 1 - stepIndex) / Math.max(1, steps - 1)))
                .map(timestep -> steps == 1 ? noisiest : timestep)
                .toArray();
    }

    /**
     * Returns the S timesteps above 0 whose noise comes nearest to σ<sub>i</sub> = (σ<sub>max</sub><sup>1/ρ</sup> + i/S
     * (σ<sub>min</sub><sup>1/ρ</sup> - σ<sub>max</sub><sup>1/ρ</sup>))<sup>ρ</sup>, where σ is the noise where the
     * signal is not scaled down, σ<sub>max</sub> that of timestep T-1 and σ<sub>min</sub> that of timestep 0. Where two
     * would be the same, the earlier step takes a noisier one.
     *
     * @see <a href="https://arxiv.org/abs/2206.00364">Karras et al., EDM</a>, equation 5
     */
    static int[] karras(NoiseSchedule schedule, int steps) {
        int noisiest = schedule.trainTimesteps() - 1;
        check(steps, noisiest);
        double[] logNoise = IntStream.rangeClosed(0, noisiest)
                .mapToDouble(timestep -> -NoiseLevel.at(schedule, timestep).halfLogSnr())
                .toArray();
        double most = Math.exp(logNoise[noisiest] / KARRAS_EXPONENT);
        double least = Math.exp(logNoise[0] / KARRAS_EXPONENT);
        int[] timesteps = new int[steps];
        int after = 0;
        for (int stepIndex = steps - 1; stepIndex >= 0; stepIndex--) {
            double wanted = KARRAS_EXPONENT * Math.log(most + (least - most) * stepIndex / steps);
            after = Math.max(after + 1, nearest(logNoise, wanted));
            timesteps[stepIndex] = Math.min(after, noisiest - stepIndex);
        }
        return timesteps;
    }

    private static int nearest(double[] values, double wanted) {
        return IntStream.range(0, values.length)
                .boxed()
                .min(Comparator.comparingDouble(index -> Math.abs(values[index] - wanted)))
                .orElseThrow();
    }

    private static void check(int steps, int mostSteps) {
        if (steps < 1 || steps > mostSteps) {
            throw new IllegalArgumentException("expected 1 to " + mostSteps + " sampling steps, but was " + steps);
        }
    }

    /** Returns the noise levels that steps begin at, and the one where the last step ends. */
    static NoiseLevel[] levels(NoiseSchedule schedule, int[] timesteps, NoiseLevel end) {
        NoiseLevel[] levels = new NoiseLevel[timesteps.length + 1];
        for (int stepIndex = 0; stepIndex < timesteps.length; stepIndex++) {
            levels[stepIndex] = NoiseLevel.at(schedule, timesteps[stepIndex]);
        }
        levels[timesteps.length] = end;
        return levels;
    }
}
