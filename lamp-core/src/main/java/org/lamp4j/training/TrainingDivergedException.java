package org.lamp4j.training;

import java.util.Optional;

/** Thrown when the loss or the gradient is no finite number any more; checkpoints written before stay. */
public final class TrainingDivergedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int step;

    TrainingDivergedException(String quantity, float value, int step, Optional<String> damagedWeight) {
        super("expected a finite " + quantity + ", but was " + value + " at training step " + step
                + damagedWeight
                        .map(tensor -> "; the cause is " + tensor)
                        .orElse("; a lower learning rate or a warm-up helps"));
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
