package org.lamp4j.onnx.training;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * A training step that a thread of its own opens, which takes seconds and one processor: meanwhile memory is made for
 * what the step works on.
 */
final class OpeningStep implements AutoCloseable {

    private final FutureTask<TrainingStep> opening;

    /**
     * Begins.
     *
     * @param step opens it
     */
    OpeningStep(Supplier<TrainingStep> step) {
        opening = new FutureTask<>(step::get);
        new Thread(opening, "opens a training step").start();
    }

    /** Waits for the step, and throws what was thrown in place of it. */
    TrainingStep opened() {
        try {
            return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(opening));
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            Throwables.throwIfUnchecked(cause);
            throw new IllegalStateException(cause);
        }
    }

    /** Waits for the step and closes it, if there is one. */
    @Override
    public void close() {
        TrainingStep step;
        try {
            step = opened();
        } catch (RuntimeException | Error e) {
            return; // there is nothing to close
        }
        step.close();
    }
}
