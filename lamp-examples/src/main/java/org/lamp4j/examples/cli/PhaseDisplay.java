package org.lamp4j.examples.cli;

import java.io.PrintWriter;
import java.util.Objects;

/** A {@link ProgressDisplay} for each phase of long work, begun when the phase's first step is done. */
final class PhaseDisplay<P> implements AutoCloseable {

    private final PrintWriter err;
    private P phase;
    private ProgressDisplay display;

    PhaseDisplay(PrintWriter err) {
        this.err = err;
    }

    void step(P newPhase, ProgressDisplay.Step step) {
        if (!Objects.equals(newPhase, phase)) {
            close();
            phase = newPhase;
            display = ProgressDisplay.start(step.task(), step.steps(), err);
        }
        display.show(step);
    }

    @Override
    public void close() {
        if (display != null) {
            display.close();
            display = null;
            phase = null;
        }
    }
}
