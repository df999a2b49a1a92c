package org.lamp4j.training;

/**
 * The optimiser's constants; the learning rate is set apart from them.
 *
 * @param beta1 decay of the first moment, in [0, 1)
 * @param beta2 decay of the second moment, in [0, 1)
 * @param epsilon added to the root of the second moment, above 0
 * @param weightDecay decoupled decay per step, in units of the learning rate, 0 or more
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, Decoupled Weight Decay Regularization</a>
 */
public record AdamW(float beta1, float beta2, float epsilon, float weightDecay) {

    /** The constants that LAMP trains with: 0.9, 0.999, 1e-8 and 1e-2. */
    public static final AdamW DEFAULT = new AdamW(0.9f, 0.999f, 1e-8f, 1e-2f);

    /** Checks the numbers. */
    public AdamW {
        checkDecay("beta1", beta1);
        checkDecay("beta2", beta2);
        if (!(epsilon > 0) || Float.isInfinite(epsilon)) {
            throw new IllegalArgumentException("expected epsilon above 0, but was " + epsilon);
        }
        if (!(weightDecay >= 0) || Float.isInfinite(weightDecay)) {
            throw new IllegalArgumentException("expected a weight decay of 0 or more, but was " + weightDecay);
        }
    }

    private static void checkDecay(String name, float value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException("expected " + name + " from 0 to below 1, but was " + value);
        }
    }
}
