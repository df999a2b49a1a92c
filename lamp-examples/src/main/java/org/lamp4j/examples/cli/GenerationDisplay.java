package org.lamp4j.examples.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.lamp4j.generation.GenerationListener;
import org.lamp4j.generation.GenerationProgress;

/** Shows how far a generation is, phase after phase. */
final class GenerationDisplay implements GenerationListener, AutoCloseable {

    private final PhaseDisplay<GenerationProgress.Phase> display;

    GenerationDisplay(PrintWriter err) {
        this.display = new PhaseDisplay<>(err);
    }

    @Override
    public Decision onProgress(GenerationProgress progress) {
        String task = progress.phase().name().toLowerCase(Locale.ROOT);
        display.step(
                progress.phase(), new ProgressDisplay.Step(task, progress.step(), progress.steps(), ""));
        return Decision.CONTINUE;
    }

    @Override
    public void close() {
        display.close();
    }
}
