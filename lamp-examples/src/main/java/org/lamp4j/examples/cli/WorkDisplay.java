package org.lamp4j.examples.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.lamp4j.generation.GenerationListener;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.training.TrainingListener;
import org.lamp4j.training.TrainingProgress;

/** Shows training and generation, phase after phase. */
final class WorkDisplay implements TrainingListener, GenerationListener, AutoCloseable {

    private final PhaseDisplay display;

    WorkDisplay(PrintWriter err) {
        this.display = new PhaseDisplay(err);
    }

    @Override
    public TrainingListener.Decision onProgress(TrainingProgress progress) {
        String loss = progress.phase() == TrainingProgress.Phase.TRAINING
                ? String.format(Locale.ROOT, "loss %.4f", progress.loss())
                : "";
        show(progress.phase(), progress.step(), progress.steps(), loss);
        return TrainingListener.Decision.CONTINUE;
    }

    @Override
    public GenerationListener.Decision onProgress(GenerationProgress progress) {
        show(progress.phase(), progress.step(), progress.steps(), "");
        return GenerationListener.Decision.CONTINUE;
    }

    private void show(Enum<?> phase, int done, int steps, String detail) {
        String task = phase.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        display.show(new ProgressDisplay.Step(task, done, steps, detail));
    }

    @Override
    public void close() {
        display.close();
    }
}
