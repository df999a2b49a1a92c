package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.lamp4j.errors.TrainingDivergedException;
import org.lamp4j.onnx.pretraining.NetworkTraining;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.training.LearningRateSchedule;

/**
 * A training run of one network that can be left and taken up again at any step: everything random in a step depends on
 * the step's number alone, everything learned is in the state file.
 *
 * @param <B> what a shard of a batch is
 */
final class Stage<B> implements AutoCloseable {

    private static final Duration BETWEEN_STATES = Duration.ofMinutes(3);
    private static final LearningRateSchedule RATE =
            LearningRateSchedule.warmUp(200).times(LearningRateSchedule.cosineTo(0.02));

    private final String name;
    private final Recipe.Schedule schedule;
    private final NetworkTraining<B> training;
    private final Path stateFile;
    private int done;

    /** The numbers of AdamW that are the same for all networks. */
    static NetworkTraining.Optimizer optimizer(float weightDecay) {
        return new NetworkTraining.Optimizer(0.9f, 0.99f, 1e-8f, weightDecay, 1);
    }

    /** Makes the shards of a step's batch. */
    @FunctionalInterface
    interface Batches<B> {
        List<B> at(int step);
    }

    /** Hears of each step, and of each state that has been kept; both may end the run. */
    interface Listener {

        /** Returns whether to go on. */
        boolean stepped(String stage, int done, double loss) throws IOException;

        /** Called every few minutes, with the state on disk, and at the end. */
        void kept(int done) throws IOException;
    }

    /** Takes up a stage where its state file left it, or begins it. */
    Stage(String name, Recipe.Schedule schedule, NetworkTraining<B> training, Path folder) throws IOException {
        this.name = name;
        this.schedule = schedule;
        this.training = training;
        this.stateFile = folder.resolve(name + "-state.safetensors");
        if (Files.exists(stateFile)) {
            done = training.restore(stateFile, schedule.steps());
        }
    }

    boolean isDone() {
        return done == schedule.steps();
    }

    /** Returns whether all steps are done. */
    boolean run(Batches<B> batches, Listener listener) throws IOException {
        long kept = System.nanoTime();
        boolean goOn = true;
        while (goOn && done < schedule.steps()) {
            double loss = step(batches.at(done));
            goOn = listener.stepped(name, done, loss);
            if (!goOn || done == schedule.steps() || System.nanoTime() - kept > BETWEEN_STATES.toNanos()) {
                training.save(stateFile, done);
                listener.kept(done);
                kept = System.nanoTime();
            }
        }
        return isDone();
    }

    private float step(List<B> shards) {
        float rate = (float) (schedule.learningRate() * RATE.factorAt(done, schedule.steps()));
        // a long average of few steps would still hold the random start
        float averaging = Math.min(schedule.averaging(), (1f + done) / (10f + done));
        float loss = training.step(shards, rate, averaging);
        if (!Float.isFinite(loss)) {
            throw new TrainingDivergedException(
                    "expected a finite loss, but was " + loss + " (" + name + ", step " + done + ")", done + 1);
        }
        done++;
        return loss;
    }

    Map<String, FloatTensor> averages(NetworkTraining.Network network) {
        return training.averages(network);
    }

    @Override
    public void close() {
        training.close();
    }
}
