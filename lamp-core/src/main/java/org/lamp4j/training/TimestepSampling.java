package org.lamp4j.training;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lamp4j.tensor.RandomSource;

/**
 * The distribution of the noise levels that training visits. Immutable.
 *
 * @param share part of the timesteps that is drawn from {@code from} upwards; the others come from the whole range
 * @param from lowest timestep of that part
 */
public record TimestepSampling(double share, int from) {

    private static final Pattern TEXT = Pattern.compile("(\\d*\\.?\\d+):(\\d{1,4})");

    /** Checks both numbers. */
    public TimestepSampling {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("expected a share of the timesteps from 0 to 1, but was " + share);
        }
        if (from < 0) {
            throw new IllegalArgumentException("expected a lowest timestep of 0 or more, but was " + from);
        }
    }

    /**
     * Returns the sampling of the paper: every timestep is equally likely.
     *
     * @return the sampling
     */
    public static TimestepSampling uniform() {
        return new TimestepSampling(0, 0);
    }

    /**
     * Returns a sampling that visits high noise more often, where motion is decided.
     *
     * @param share part of the timesteps drawn from {@code [from, T)}, 0 to 1; the others come from {@code [0, T)}
     * @param from lowest timestep of that part, 0 or more and below T
     * @return the sampling
     * @throws IllegalArgumentException if the share is not in 0 to 1 or {@code from} is negative
     */
    public static TimestepSampling withShareFrom(double share, int from) {
        return new TimestepSampling(share, from);
    }

    /**
     * Reads a sampling.
     *
     * @param text {@code uniform}, or a share and the timestep it begins at, as in {@code 0.5:400}
     * @return the sampling
     * @throws IllegalArgumentException if it is neither
     */
    public static TimestepSampling parse(String text) {
        Matcher share = TEXT.matcher(text);
        if (share.matches()) {
            return withShareFrom(Double.parseDouble(share.group(1)), Integer.parseInt(share.group(2)));
        }
        if (text.equals("uniform")) {
            return uniform();
        }
        throw new IllegalArgumentException("expected uniform or SHARE:FROM like 0.5:400, but was " + text);
    }

    /**
     * Draws a timestep.
     *
     * @param random where it comes from
     * @param trainTimesteps T, the number of timesteps of the noise schedule
     * @return a timestep, 0 to T-1
     * @throws IllegalArgumentException if {@link #from} is T or more
     */
    public int draw(RandomSource random, int trainTimesteps) {
        requireWithin(trainTimesteps);
        int lowest = random.nextFloat() < share ? from : 0;
        return lowest + random.nextInt(trainTimesteps - lowest);
    }

    /**
     * Checks that a noise schedule has the timesteps that are asked for.
     *
     * @param trainTimesteps T, the number of timesteps of the noise schedule
     * @throws IllegalArgumentException if {@link #from} is T or more
     */
    public void requireWithin(int trainTimesteps) {
        if (from >= trainTimesteps) {
            throw new IllegalArgumentException(
                    "expected a lowest timestep below " + trainTimesteps + ", but was " + from);
        }
    }
}
