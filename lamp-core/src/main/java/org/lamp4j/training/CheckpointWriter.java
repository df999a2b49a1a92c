package org.lamp4j.training;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.TrainingCheckpoint;

/** Saves a run every so many steps, and when it ends. */
final class CheckpointWriter implements StepAction {

    private final BackboneModel model;
    private final MotionTrainer trainer;
    private final TrainingRecord record;
    private final ComparisonLoss loss;
    private final TrainingOptions.Checkpoint checkpoint;
    private final int newestToKeep;
    private int saved;

    /** Prepares saving, which the options must ask for. */
    CheckpointWriter(
            BackboneModel model,
            MotionTrainer trainer,
            TrainingRecord record,
            ComparisonLoss loss,
            TrainingOptions options) {
        this.model = model;
        this.trainer = trainer;
        this.record = record;
        this.loss = loss;
        this.checkpoint = options.checkpoint().orElseThrow();
        this.newestToKeep = options.checkpointsToKeep();
        this.saved = record.steps();
    }

    @Override
    public void stepDone(int step) throws IOException {
        if (step % checkpoint.everySteps() == 0) {
            save(step);
        }
    }

    @Override
    public void runDone(int step) throws IOException {
        if (step > saved) {
            save(step);
        }
    }

    private void save(int step) throws IOException {
        CheckpointFolder folder = CheckpointFolder.of(checkpoint.folder());
        Path file = folder.file(step, loss.measure());
        TrainingCheckpoint content = new TrainingCheckpoint(
                trainer.state(), record.losses(), record.metadata().entries());
        Uninterrupted.write(() -> model.writeCheckpoint(file, content));
        folder.prune(newestToKeep);
        saved = step;
    }
}
