package org.lamp4j.training.loop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.TrainingCheckpoint;

/** Saves a run every so many steps, and when it ends. */
final class CheckpointWriter implements StepAction {

    private final BackboneModel model;
    private final MotionTrainer trainer;
    private final TrainingRecord record;
    private final ComparisonLoss loss;
    private final RunFolder folder;
    private int saved;

    /** Prepares saving into a folder that the run has. */
    CheckpointWriter(
            BackboneModel model, MotionTrainer trainer, TrainingRecord record, ComparisonLoss loss, RunFolder folder) {
        this.model = model;
        this.trainer = trainer;
        this.record = record;
        this.loss = loss;
        this.folder = folder;
        this.saved = record.steps();
    }

    @Override
    public void stepDone(int step) throws IOException {
        if (step % folder.everySteps() == 0) {
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
        Path file = folder.file(step, loss.measure());
        Map<String, String> metadata = new LinkedHashMap<>(record.metadata().entries());
        metadata.put(RunFolder.RUN, folder.run());
        TrainingCheckpoint content = new TrainingCheckpoint(trainer.state(), record.losses(), metadata);
        Uninterrupted.write(() -> model.storage().writeCheckpoint(file, content));
        folder.prune();
        saved = step;
    }
}
