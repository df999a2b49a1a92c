package org.lamp4j.errors;

/** Thrown when the loss or the gradient is no longer a finite number; checkpoints that were written before stay. */
public final class TrainingDivergedException extends LampException {

    private static final long serialVersionUID = 1L;

    private final int step;

    /**
     * Creates the exception.
     *
     * @param message what was not finite, at which step, and what caused it or helps
     * @param step the step, from 1
     */
    public TrainingDivergedException(String message, int step) {
        super(message);
        this.step = step;
    }

    /**
     * Returns where it happened.
     *
     * @return the step, from 1
     */
    public int step() {
        return step;
    }
}
