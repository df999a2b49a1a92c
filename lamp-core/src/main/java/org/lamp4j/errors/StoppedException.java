package org.lamp4j.errors;

/**
 * Thrown when work ends early because its listener said stop, its thread was interrupted (the interrupt flag stays set)
 * or the process is ending. A stopped training throws {@code org.lamp4j.TrainingStoppedException}, which has the
 * pattern.
 */
public class StoppedException extends LampException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was stopped, and what is left of it
     */
    public StoppedException(String message) {
        super(message);
    }
}
