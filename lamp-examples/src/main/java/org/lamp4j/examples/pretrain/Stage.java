package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.errors.TrainingDivergedException;
import org.lamp4j.onnx.pretraining.BaseModel;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.training.NetworkTrainer;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.training.LearningRateSchedule;

/**
 * A training run of one network that can be left and taken up again at any step: everything random in a step depends on
 * the step's number alone, everything learned is in the state file.
 */
final class Stage implements AutoCloseable {

    private static final Duration BETWEEN_STATES = Duration.ofMinutes(3);
    private static final LearningRateSchedule RATE =
            LearningRateSchedule.warmUp(200).times(LearningRateSchedule.cosineTo(0.02));
    private static final String STEP = "step";

    private final String name;
    private final Recipe.Schedule schedule;
    private final NetworkTrainer trainer;
    private final Path stateFile;
    private int done;

    /** Makes the batch of a step: the graph's inputs for each shard. The tensors are closed after the step. */
    @FunctionalInterface
    interface Batches {
        List<Map<String, NativeTensor>> at(int step);
    }

    /** Hears of each step, and of each state that has been kept; both may end the run. */
    interface Listener {

        /** Returns whether to go on. */
        boolean stepped(String stage, int done, double loss) throws IOException;

        /** Called every few minutes, with the state on disk, and at the end. */
        void kept(int done) throws IOException;
    }

    /** Takes up a stage where its state file left it, or begins it. */
    Stage(String name, Recipe.Schedule schedule, NetworkTrainer trainer, Path folder) throws IOException {
        this.name = name;
        this.schedule = schedule;
        this.trainer = trainer;
        this.stateFile = folder.resolve(name + "-state.safetensors");
        if (Files.exists(stateFile)) {
            restore();
        }
    }

    boolean isDone() {
        return done == schedule.steps();
    }

    /** Returns whether all steps are done. */
    boolean run(Batches batches, Listener listener) throws IOException {
        long kept = System.nanoTime();
        boolean goOn = true;
        while (goOn && done < schedule.steps()) {
            double loss = step(batches.at(done));
            goOn = listener.stepped(name, done, loss);
            if (!goOn || done == schedule.steps() || System.nanoTime() - kept > BETWEEN_STATES.toNanos()) {
                keep();
                listener.kept(done);
                kept = System.nanoTime();
            }
        }
        return isDone();
    }

    private float step(List<Map<String, NativeTensor>> shards) {
        try {
            float rate = (float) (schedule.learningRate() * RATE.factorAt(done, schedule.steps()));
            // a long average of few steps would still hold the random start
            float averaging = Math.min(schedule.averaging(), (1f + done) / (10f + done));
            float loss = trainer.step(shards, new Update(rate, 0.9f, 0.99f, 1e-8f, 0, 1), averaging);
            if (!Float.isFinite(loss)) {
                throw new TrainingDivergedException(
                        "expected a finite loss, but was " + loss + " (" + name + ", step " + done + ")", done + 1);
            }
            done++;
            return loss;
        } finally {
            shards.forEach(shard -> shard.values().forEach(NativeTensor::close));
        }
    }

    Map<String, FloatTensor> averages() {
        return trainer.averages();
    }

    private void keep() throws IOException {
        List<StoredTensor> tensors = trainer.state().entrySet().stream()
                .map(entry -> BaseModel.stored(entry.getKey(), entry.getValue()))
                .toList();
        SafetensorsWriter.write(stateFile, tensors, Map.of(STEP, Integer.toString(done)));
    }

    private void restore() throws IOException {
        try (Checkpoint state = Checkpoint.open(stateFile)) {
            Map<String, FloatTensor> tensors = new LinkedHashMap<>();
            for (String tensor : state.names()) {
                StoredTensor stored = state.tensor(tensor);
                tensors.put(tensor, FloatTensor.of(stored.shape(), stored.floats()));
            }
            done = stepOf(state);
            trainer.restore(tensors, done);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(
                    "expected the state of the same recipe, but was another: " + e.getMessage() + " (" + stateFile
                            + "); remove it to begin anew",
                    stateFile,
                    e);
        }
    }

    private int stepOf(Checkpoint state) {
        String step = state.metadata().getOrDefault(STEP, "nothing");
        if (!step.matches("\\d{1,9}") || Integer.parseInt(step) > schedule.steps()) {
            throw new IllegalArgumentException(
                    "expected a " + STEP + " of 0 to " + schedule.steps() + ", but was " + step);
        }
        return Integer.parseInt(step);
    }

    @Override
    public void close() {
        trainer.close();
    }
}
