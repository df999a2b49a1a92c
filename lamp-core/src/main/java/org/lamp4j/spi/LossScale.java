package org.lamp4j.spi;

import java.util.Optional;

/**
 * The factor of the loss in float16 training: the loss is multiplied by it before gradients are computed, so that small
 * ones do not vanish, and gradients are divided by it afterwards. A batch whose gradients overflow is repeated with
 * half the scale; after 2000 batches without an overflow the scale is doubled.
 *
 * @param value the factor, a power of two
 * @param batchesSinceChange batches that have gone well at this scale
 * @param overflows how often gradients have overflowed so far
 * @see <a href="https://arxiv.org/abs/1710.03740">Micikevicius et al., mixed precision training</a>, section 3.2
 */
public record LossScale(float value, int batchesSinceChange, int overflows) {

    private static final float FIRST = 1 << 16;

    /** So large a loss is still far from the end of float32. */
    private static final float LARGEST = 1 << 24;

    private static final int BATCHES_TO_DOUBLE = 2000;

    /** Checks the numbers. */
    public LossScale {
        problem(value, batchesSinceChange, overflows).ifPresent(problem -> {
            throw new IllegalArgumentException(problem + " (LossScale)");
        });
    }

    /**
     * Checks numbers that are to become a loss scale, and says what is wrong with them.
     *
     * @param value the factor
     * @param batchesSinceChange batches that have gone well at this scale
     * @param overflows how often gradients have overflowed so far
     * @return what was expected and what it was; empty if they will do
     */
    public static Optional<String> problem(float value, int batchesSinceChange, int overflows) {
        return value >= 1 && value <= LARGEST && batchesSinceChange >= 0 && overflows >= 0
                ? Optional.empty()
                : Optional.of("expected a loss scale of 1 to " + LARGEST + " and counts of 0 or more, but was " + value
                        + ", " + batchesSinceChange + " and " + overflows);
    }

    /**
     * Returns the scale that training begins with.
     *
     * @return 65536, nothing counted
     */
    public static LossScale initial() {
        return new LossScale(FIRST, 0, 0);
    }

    /**
     * Tells whether the scale can be halved.
     *
     * @return false at 1, where an overflow is the network's own
     */
    public boolean canShrink() {
        return value > 1;
    }

    /**
     * Returns the scale after gradients have overflowed.
     *
     * @return half of it, at least 1
     */
    public LossScale afterOverflow() {
        return new LossScale(Math.max(1, value / 2), 0, overflows + 1);
    }

    /**
     * Returns the scale after a batch has gone well.
     *
     * @return the same, or its double if that was the 2000th in a row and the scale is below its bound
     */
    public LossScale afterGoodBatch() {
        if (batchesSinceChange + 1 < BATCHES_TO_DOUBLE) {
            return new LossScale(value, batchesSinceChange + 1, overflows);
        }
        return new LossScale(Math.min(LARGEST, 2 * value), 0, overflows);
    }
}
