package org.lamp4j.examples.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.lamp4j.training.TrainingListener;
import org.lamp4j.training.TrainingProgress;

final class TrainingDisplay implements TrainingListener, AutoCloseable {

    private final PhaseDisplay<TrainingProgress.Phase> display;

    TrainingDisplay(PrintWriter err) {
        this.display = new PhaseDisplay<>(err);
    }

    @Override
    public Decision onProgress(TrainingProgress progress) {
        String task = "encoding clips";
        String detail = "";
        if (progress.phase() == TrainingProgress.Phase.TRAINING) {
            task = "training";
            detail = String.format(Locale.ROOT, "loss %.4f", progress.loss());
        }
        display.step(progress.phase(), new ProgressDisplay.Step(task, progress.step(), progress.steps(), detail));
        return Decision.CONTINUE;
    }


    @Override
    public void close() {
        display.close();
    }
}
