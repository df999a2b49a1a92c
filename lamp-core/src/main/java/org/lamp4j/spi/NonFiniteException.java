package org.lamp4j.spi;

import java.nio.FloatBuffer;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.tensor.FloatTensor;

/**
 * Thrown where a network has given NaN or infinity: a weight is damaged, or numbers have overflowed.
 *
 * <p>Weights are mapped and read when they are first used; looking through them when a model is opened would read every
 * file twice. So it is their effect that is noticed, and only then the weights are looked through for the cause.
 */
public final class NonFiniteException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private NonFiniteException(String message) {
        super(message);
    }

    /**
     * Passes finite values on.
     *
     * @param values what a network gave
     * @param what their name and place, as in {@code latents after step 3}
     * @param model what is looked through for the cause
     * @param motion the pattern laid over it
     * @return the values
     * @throws NonFiniteException if one is not finite; the message names the tensor that is to blame, if one is
     */
    public static FloatTensor check(FloatTensor values, String what, BackboneModel model, MotionWeights motion) {
        for (FloatBuffer rest = values.values(); rest.hasRemaining(); ) {
            float value = rest.get();
            if (!Float.isFinite(value)) {
                throw new NonFiniteException("expected finite " + what + ", but was " + value + "; "
                        + model.findNonFinite(motion)
                                .map(tensor -> "the cause is " + tensor)
                                .orElse("no damaged weight was found, so numbers have overflowed:"
                                        + " float16 may be too narrow for this model"));
            }
        }
        return values;
    }
}
