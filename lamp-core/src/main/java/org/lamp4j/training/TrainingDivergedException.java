package org.lamp4j.training;

/** Thrown when the loss or the gradient is no finite number any more; checkpoints written before stay. */
public final class TrainingDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int step;

    TrainingDivergedException(String quantity, float value, int step) {
        super("expected a finite " + quantity + ", but was " + value + " at training step " + step
                + "; a lower learning rate or a warm-up helps");
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
