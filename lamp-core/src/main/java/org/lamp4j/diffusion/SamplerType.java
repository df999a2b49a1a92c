package org.lamp4j.diffusion;

import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** The samplers to choose from. */
public enum SamplerType {
    /** {@link DdimSampler}, the paper's. */
    DDIM("ddim", DdimSampler::of),
    /** {@link DpmSolverPlusPlusSampler}, for few steps. */
    DPM_SOLVER_PLUS_PLUS("dpm-solver++", DpmSolverPlusPlusSampler::of),
    /** {@link EulerSampler}. */
    EULER("euler", EulerSampler::of);

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // a constructor
    private final BiFunction<NoiseSchedule, Integer, Sampler> maker;

    SamplerType(String label, BiFunction<NoiseSchedule, Integer, Sampler> maker) {
        this.label = label;
        this.maker = maker;
    }

    /**
     * Finds a sampler by its label.
     *
     * @param label {@code ddim}, {@code dpm-solver++} or {@code euler}
     * @return the type
     * @throws IllegalArgumentException if there is none; the message names those there are
     */
    public static SamplerType ofLabel(String label) {
        return Arrays.stream(values())
                .filter(type -> type.label.equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected one of the samplers "
                        + Arrays.stream(values()).map(type -> type.label).collect(Collectors.joining(", "))
                        + ", but was " + label));
    }

    /**
     * Returns a sampler of this type.
     *
     * @param schedule the noise schedule the model was trained with
     * @param steps number of steps S
     * @return the sampler
     * @throws IllegalArgumentException if the schedule does not allow that number of steps
     */
    public Sampler sampler(NoiseSchedule schedule, int steps) {
        return maker.apply(schedule, steps);
    }

    /** Returns the label, as provenance and command line have it. */
    @Override
    public String toString() {
        return label;
    }
}
