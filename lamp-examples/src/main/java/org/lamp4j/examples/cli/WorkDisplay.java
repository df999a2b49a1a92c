package org.lamp4j.examples.cli;

import java.io.PrintWriter;
import java.util.Locale;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.progress.Decision;
import org.lamp4j.training.TrainingProgress;
import org.lamp4j.training.TrainingProgress.TrainingStep;

/** Shows training and generation, part after part; its methods are listeners. */
final class WorkDisplay implements AutoCloseable {

    private final PhaseDisplay display;

    WorkDisplay(PrintWriter err) {
        this.display = new PhaseDisplay(err);
    }

    Decision training(TrainingProgress progress) {
        if (progress instanceof TrainingStep step) {
            show("training", step.step(), step.steps(), String.format(Locale.ROOT, "loss %.4f", step.loss()));
        } else {
            show("encoding clips", progress.step(), progress.steps(), "");
        }
        return Decision.CONTINUE;
    }

    Decision generation(GenerationProgress progress) {
        String task = progress.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        show(task, progress.step(), progress.steps(), "");
        return Decision.CONTINUE;
    }

    private void show(String task, int done, int steps, String detail) {
        display.show(new ProgressDisplay.Step(task, done, steps, detail));
    }

    @Override
    public void close() {
        display.close();
    }
}
