package org.lamp4j.diffusion;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The samplers to choose from. */
public enum SamplerType {
    /** {@link DdimSampler}, the paper's. */
    DDIM("ddim", TimestepSpacing.LEADING, DdimSampler::of),
    /** {@link DpmSolverPlusPlusSampler}, for few steps. */
    DPM_SOLVER_PLUS_PLUS("dpm-solver++", TimestepSpacing.KARRAS, DpmSolverPlusPlusSampler::of),
    /** {@link EulerSampler}. */
    EULER("euler", TimestepSpacing.LINSPACE, EulerSampler::of),
    /** {@link LcmSampler}, for models and updates that were distilled for 4 to 8 steps without guidance. */
    LCM("lcm", TimestepSpacing.TRAILING, (schedule, steps, spacing) -> LcmSampler.of(schedule, steps));

    private final String label;

    private final TimestepSpacing spacing;

    @SuppressWarnings("ImmutableEnumChecker") // a constructor
    private final Maker maker;

    private interface Maker {
        Sampler sampler(NoiseSchedule schedule, int steps, TimestepSpacing spacing);
    }

    SamplerType(String label, TimestepSpacing spacing, Maker maker) {
        this.label = label;
        this.spacing = spacing;
        this.maker = maker;
    }

    /**
     * Finds a sampler by its label.
     *
     * @param label {@code ddim}, {@code dpm-solver++}, {@code euler} or {@code lcm}
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
     * Tells whether the sampler's timesteps can be spaced in several ways.
     *
     * @return false for {@link #LCM}, which visits those that models are distilled at
     */
    public boolean hasSpacings() {
        return this != LCM;
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
        return sampler(schedule, steps, Optional.empty());
    }

    /**
     * Returns a sampler of this type whose timesteps are spaced in a certain way.
     *
     * @param schedule the noise schedule the model was trained with
     * @param steps number of steps S
     * @param wanted how timesteps are spaced; empty for the sampler's own way
     * @return the sampler
     * @throws IllegalArgumentException if the schedule does not allow that number of steps, or the sampler has
     *     timesteps of its own only
     */
    public Sampler sampler(NoiseSchedule schedule, int steps, Optional<TimestepSpacing> wanted) {
        checkSpacing(wanted);
        return maker.sampler(schedule, steps, wanted.orElse(spacing));
    }

    /**
     * Checks that the sampler can space its timesteps so.
     *
     * @param wanted how; empty for the sampler's own way
     * @throws IllegalArgumentException if not
     */
    public void checkSpacing(Optional<TimestepSpacing> wanted) {
        if (wanted.isPresent() && !hasSpacings()) {
            throw new IllegalArgumentException("expected no timestep spacing for the sampler " + label
                    + ", which has timesteps of its own, but was " + wanted.get());
        }
    }

    /** Returns the label, as provenance and command line have it. */
    @Override
    public String toString() {
        return label;
    }
}
