package org.lamp4j.examples.cli;

import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A {@link ProgressDisplay} for each task of long work, begun when the task's first step is done. */
final class PhaseDisplay implements AutoCloseable {

    private final PrintWriter err;
    private String task = "";
    private @Nullable ProgressDisplay display;

    PhaseDisplay(PrintWriter err) {
        this.err = err;
    }

    void show(ProgressDisplay.Step step) {
        if (!step.task().equals(task)) {
            close();
            task = step.task();
            display = ProgressDisplay.start(task, step.steps(), err);
        }
        Objects.requireNonNull(display).show(step);
    }

    @Override
    public void close() {
        if (display != null) {
            display.close();
            display = null;
            task = "";
        }
    }
}
