package org.lamp4j.training;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A learning-rate schedule: a factor of the learning rate for each step of a training run. Immutable and pure. */
public final class LearningRateSchedule {

    private static final Pattern WARM_UP = Pattern.compile("warmup:(\\d{1,9})");
    private static final Pattern COSINE = Pattern.compile("cosine:(\\d*\\.?\\d+)");

    private static final LearningRateSchedule CONSTANT = new LearningRateSchedule("constant", (step, steps) -> 1);

    private final String description;
    private final Factor factor;

    @FunctionalInterface
    private interface Factor {
        double at(int step, int steps);
    }

    private LearningRateSchedule(String description, Factor factor) {
        this.description = description;
        this.factor = factor;
    }

    /**
     * Returns the schedule that leaves the rate as it is, as in the paper.
     *
     * @return the schedule, 1 at every step
     */
    public static LearningRateSchedule constant() {
        return CONSTANT;
    }

    /**
     * Returns a schedule that rises in equal parts to the full rate and stays there.
     *
     * @param warmUpSteps the step, counted from 1, that is the first with the full rate; at least 1
     * @return the schedule
     * @throws IllegalArgumentException if {@code warmUpSteps} is below 1
     */
    public static LearningRateSchedule warmUp(int warmUpSteps) {
        if (warmUpSteps < 1) {
            throw new IllegalArgumentException("expected 1 or more warm-up steps, but was " + warmUpSteps);
        }
        return new LearningRateSchedule(
                "warm-up over " + warmUpSteps + " steps", (step, steps) -> Math.min(1, (step + 1.0) / warmUpSteps));
    }

    /**
     * Returns a schedule that falls along half a cosine wave.
     *
     * @param fraction the part of the rate that is left at the end of the run, 0 to 1
     * @return the schedule
     * @throws IllegalArgumentException if the fraction is not in 0 to 1
     */
    public static LearningRateSchedule cosineTo(double fraction) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException("expected a fraction from 0 to 1, but was " + fraction);
        }
        return new LearningRateSchedule(
                "cosine to " + fraction,
                (step, steps) -> fraction + (1 - fraction) * (1 + Math.cos(Math.PI * step / steps)) / 2);
    }

    /**
     * Reads a schedule.
     *
     * @param text {@code constant}, {@code warmup:100}, {@code cosine:0.05}, or several of these joined by commas
     * @return the schedule, the product of its parts
     * @throws IllegalArgumentException if it is none of these
     */
    public static LearningRateSchedule parse(String text) {
        LearningRateSchedule schedule = constant();
        for (String part : text.split(",", -1)) {
            Matcher warmUp = WARM_UP.matcher(part);
            Matcher cosine = COSINE.matcher(part);
            if (warmUp.matches()) {
                schedule = schedule.times(warmUp(Integer.parseInt(warmUp.group(1))));
            } else if (cosine.matches()) {
                schedule = schedule.times(cosineTo(Double.parseDouble(cosine.group(1))));
            } else if (!part.equals("constant")) {
                throw new IllegalArgumentException(
                        "expected constant, warmup:STEPS, cosine:FRACTION or several joined by commas, but was "
                                + text);
            }
        }
        return schedule;
    }

    /**
     * Returns the product of two schedules: {@code warmUp(100).times(cosineTo(0.1))}.
     *
     * @param other the other schedule
     * @return a schedule whose factor is the product of both; if one is constant, the other
     */
    public LearningRateSchedule times(LearningRateSchedule other) {
        if (equals(CONSTANT)) {
            return other;
        }
        if (other.equals(CONSTANT)) {
            return this;
        }
        return new LearningRateSchedule(
                description + " × " + other.description,
                (step, steps) -> factor.at(step, steps) * other.factor.at(step, steps));
    }

    /**
     * Returns what the learning rate is multiplied by.
     *
     * @param step the step about to be taken, from 0
     * @param steps number of steps of the whole run
     * @return the factor, 0 to 1
     * @throws IndexOutOfBoundsException if {@code step} is not in 0 to {@code steps - 1}
     */
    public double factorAt(int step, int steps) {
        return factor.at(Objects.checkIndex(step, steps), steps);
    }

    /** Schedules are equal if they say the same of themselves, which is all there is to them. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LearningRateSchedule schedule && description.equals(schedule.description);
    }

    @Override
    public int hashCode() {
        return description.hashCode();
    }

    /** Returns the schedule in words, as in {@code warm-up over 100 steps × cosine to 0.1}. */
    @Override
    public String toString() {
        return description;
    }
}
