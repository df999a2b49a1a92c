package org.lamp4j.diffusion;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which timesteps a sampler visits. They are integers, because networks are trained at no others. Below, T is the
 * number of training timesteps and S that of steps.
 *
 * @see <a href="https://arxiv.org/abs/2305.08891">Lin et al.</a>, table 2, for the first three and their names
 */
public enum TimestepSpacing {
    /**
     * Equal distances T div S, counted from the clean end and moved by the schedule's offset: (S-1-i)·(T div S) +
     * offset. The noisiest timestep is not among them.
     */
    LEADING("leading") {
        @Override
        int[] visited(NoiseSchedule schedule, int steps) {
            int stride = schedule.trainTimesteps() / steps;
            int[] timesteps = IntStream.range(0, steps)
                    .map(stepIndex -> (steps - 1 - stepIndex) * stride + schedule.stepsOffset())
                    .toArray();
            if (timesteps[0] >= schedule.trainTimesteps()) {
                throw new IllegalArgumentException("expected sampling steps whose first timestep is at most "
                        + (schedule.trainTimesteps() - 1) + ", but " + steps + " steps begin at timestep "
                        + timesteps[0]);
            }
            return timesteps;
        }
    },
    /** Equal distances from T-1 to 0, rounded, halves to the even one; T-1 if S is 1. */
    LINSPACE("linspace") {
        @Override
        int[] visited(NoiseSchedule schedule, int steps) {
            int noisiest = schedule.trainTimesteps() - 1;
            return IntStream.range(0, steps)
                    .map(stepIndex ->
                            (int) Math.rint(noisiest * (double) (steps - 1 - stepIndex) / Math.max(1, steps - 1)))
                    .map(timestep -> steps == 1 ? noisiest : timestep)
                    .toArray();
        }
    },
    /**
     * Equal distances counted from the noisy end: T - i·T/S - 1, rounded, halves to the even one before 1 is taken off.
     * What distilled models and updates that want few steps are made for, such as Hyper-SD's and Lightning's.
     */
    TRAILING("trailing") {
        @Override
        int[] visited(NoiseSchedule schedule, int steps) {
            double stride = schedule.trainTimesteps() / (double) steps;
            return IntStream.range(0, steps)
                    .map(stepIndex -> (int) Math.rint((steps - stepIndex) * stride) - 1)
                    .toArray();
        }
    },
    /**
     * The S timesteps above 0 whose noise comes nearest to σ<sub>i</sub> = (σ<sub>max</sub><sup>1/ρ</sup> + i/S
     * (σ<sub>min</sub><sup>1/ρ</sup> - σ<sub>max</sub><sup>1/ρ</sup>))<sup>ρ</sup>, where σ is the noise where the
     * signal is not scaled down, σ<sub>max</sub> that of timestep T-1 and σ<sub>min</sub> that of timestep 0, and ρ is
     * 7. Where two would be the same, the earlier step takes a noisier one. Of Karras et al., EDM (arXiv 2206.00364),
     * equation 5.
     */
    KARRAS("karras") {
        @Override
        int mostSteps(NoiseSchedule schedule) {
            return schedule.trainTimesteps() - 1;
        }

        @Override
        int[] visited(NoiseSchedule schedule, int steps) {
            int noisiest = schedule.trainTimesteps() - 1;
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
    };

    /** ρ: the larger, the shorter are steps at low noise. */
    private static final double KARRAS_EXPONENT = 7;

    private final String label;

    TimestepSpacing(String label) {
        this.label = label;
    }

    /**
     * Finds a spacing by its label.
     *
     * @param label {@code leading}, {@code linspace}, {@code trailing} or {@code karras}
     * @return the spacing
     * @throws IllegalArgumentException if there is none; the message names those there are
     */
    public static TimestepSpacing ofLabel(String label) {
        return Arrays.stream(values())
                .filter(spacing -> spacing.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of the timestep spacings "
                        + Arrays.stream(values()).map(spacing -> spacing.label).collect(Collectors.joining(", "))
                        + ", but was " + label));
    }

    /**
     * Returns the timesteps in the order they are visited.
     *
     * @param schedule the noise schedule the model was trained with
     * @param steps S, 1 to T; to T-1 for {@link #KARRAS}
     * @return a new array of S timesteps, noisiest first
     * @throws IllegalArgumentException if there are not so many, or a timestep would exceed T-1
     */
    public int[] timesteps(NoiseSchedule schedule, int steps) {
        checkSteps(steps, mostSteps(schedule));
        return visited(schedule, steps);
    }

    abstract int[] visited(NoiseSchedule schedule, int steps);

    int mostSteps(NoiseSchedule schedule) {
        return schedule.trainTimesteps();
    }

    private static int nearest(double[] values, double wanted) {
        return IntStream.range(0, values.length)
                .boxed()
                .min(Comparator.comparingDouble(index -> Math.abs(values[index] - wanted)))
                .orElseThrow();
    }

    static void checkSteps(int steps, int mostSteps) {
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

    /** Returns the label, as provenance and command line have it. */
    @Override
    public String toString() {
        return label;
    }
}
