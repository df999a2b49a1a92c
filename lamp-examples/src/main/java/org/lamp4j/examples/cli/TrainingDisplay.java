package org.lamp4j.examples.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lamp4j.training.TrainingListener;
import org.lamp4j.training.TrainingProgress;

/** Shows a training run, phase after phase, and keeps its losses. */
final class TrainingDisplay implements TrainingListener, AutoCloseable {

    private final List<Float> losses = new ArrayList<>();
    private final PhaseDisplay<TrainingProgress.Phase> display;

    TrainingDisplay(PrintWriter err) {
        this.display = new PhaseDisplay<>(err);
    }

    @Override
    public Decision onProgress(TrainingProgress progress) {
        String task = "encoding clips";
        String detail = "";
        if (progress.phase() == TrainingProgress.Phase.TRAINING) {
            losses.add((float) progress.loss());
            task = "training";
            detail = String.format(Locale.ROOT, "loss %.4f", progress.loss());
        }
        display.step(progress.phase(), new ProgressDisplay.Step(task, progress.step(), progress.steps(), detail));
        return Decision.CONTINUE;
    }

    /** Returns the loss of each step so far. */
    List<Float> losses() {
        return List.copyOf(losses);
    }

    @Override
    public void close() {
        display.close();
    }
}
