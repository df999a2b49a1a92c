package org.lamp4j;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lamp4j.errors.StoppedException;

/**
 * Thrown when training ends before its last step because its listener said stop or its thread was interrupted. What was
 * learned is not lost: it is here, and, where checkpoints were asked for, on disk, to go on from.
 *
 * <pre>{@code
 * try {
 *     pattern = MotionPattern.train(backbone, clips, options);
 * } catch (TrainingStoppedException stopped) {
 *     pattern = stopped.pattern();
 * }
 * }</pre>
 */
public final class TrainingStoppedException extends StoppedException {

    private static final long serialVersionUID = 1L;

    private final transient MotionPattern pattern;
    private final transient @Nullable Path checkpoints;
    private final int stepsDone;

    TrainingStoppedException(MotionPattern pattern, int stepsDone, int steps, Optional<Path> checkpoints) {
        super("stopped after " + stepsDone + " of " + steps + " steps; "
                + checkpoints.map(folder -> "they are kept in " + folder).orElse("nothing was saved"));
        this.pattern = pattern;
        this.checkpoints = checkpoints.orElse(null);
        this.stepsDone = stepsDone;
    }

    /**
     * Returns what was learned so far.
     *
     * @return the pattern, bound to the backbone it was trained on; one that has learned nothing if no step was done
     */
    public MotionPattern pattern() {
        return pattern;
    }

    /**
     * Returns how far the training came.
     *
     * @return optimiser steps done, those of the checkpoint it went on from included
     */
    public int stepsDone() {
        return stepsDone;
    }

    /**
     * Returns what to go on from.
     *
     * @return the folder of checkpoints, whose newest is of the last step; empty if none were asked for, or this run
     *     neither saved one there nor went on from one there
     */
    public Optional<Path> checkpoints() {
        return Optional.ofNullable(checkpoints);
    }
}
