package org.lamp4j.errors;

/**
 * Thrown when a network gives NaN or infinity: a weight is damaged, or numbers have overflowed.
 *
 * <p>Weights are mapped and read when they are first used; looking through them when a model is opened would read every
 * file twice. So it is their effect that is noticed, and only then the weights are looked through for the cause.
 */
public final class NonFiniteException extends LampException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was not finite, and the damaged tensor, if one is the cause
     */
    public NonFiniteException(String message) {
        super(message);
    }
}
