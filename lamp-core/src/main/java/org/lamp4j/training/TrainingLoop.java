package org.lamp4j.training;

import java.io.IOException;
import java.util.List;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.BackboneModel.StoredPrecision;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionWeights;

/** The steps of a training run. */
final class TrainingLoop {

    private final BackboneModel model;
    private final MotionTrainer trainer;
    private final BatchSampler sampler;
    private final TrainingOptions options;
    private final TrainingRecord log;

    TrainingLoop(
            BackboneModel model,
            MotionTrainer trainer,
            BatchSampler sampler,
            TrainingOptions options,
            TrainingRecord log) {
        this.model = model;
        this.trainer = trainer;
        this.sampler = sampler;
        this.options = options;
        this.log = log;
    }

    TrainedMotion run(StopSignal stop) throws IOException {
        Pace pace = Pace.of(options.steps());
        int saved = 0;
        while (pace.done() < options.steps() && !stop.isGiven()) {
            int step = pace.done();
            float learningRate = learningRate(step);
            float loss = accumulate(step);
            float norm = finite("gradient norm", trainer.update(update(learningRate)), step + 1);
            pace.stepDone();
            log.stepDone(pace.done(), loss);
            if (isDue(pace.done())) {
                save();
                saved = pace.done();
            }
            stop.report(new TrainingProgress(
                    TrainingProgress.Phase.TRAINING,
                    pace.done(),
                    options.steps(),
                    loss,
                    norm,
                    learningRate,
                    pace.stepsPerSecond(),
                    pace.remaining()));
        }
        if (saved < pace.done()) {
            save();
        }
        return motion();
    }

    private float learningRate(int step) {
        return (float) (options.learningRate() * options.learningRateSchedule().factorAt(step, options.steps()));
    }

    private float accumulate(int step) {
        double sum = 0;
        for (int batch = 0; batch < options.gradientAccumulation(); batch++) {
            long batchIndex = (long) step * options.gradientAccumulation() + batch;
            sum += finite("loss", trainer.accumulate(sampler.draw(batchIndex)), step + 1);
        }
        return (float) (sum / options.gradientAccumulation());
    }

    private float finite(String quantity, float value, int step) {
        if (!Float.isFinite(value)) {
            throw new TrainingDivergedException(
                    quantity, value, step, model.findNonFinite(MotionWeights.of(List.of())));
        }
        return value;
    }

    private MotionTrainer.Update update(float learningRate) {
        AdamW adamW = options.adamW();
        return new MotionTrainer.Update(
                learningRate,
                adamW.beta1(),
                adamW.beta2(),
                adamW.epsilon(),
                adamW.weightDecay(),
                options.maxGradientNorm());
    }

    private boolean isDue(int step) {
        return options.checkpoint()
                .filter(checkpoint -> step % checkpoint.everySteps() == 0)
                .isPresent();
    }

    private void save() throws IOException {
        if (options.checkpoint().isPresent()) {
            new PatternFile(options.checkpoint().get().path(), StoredPrecision.FLOAT32).write(model, motion());
        }
    }

    private TrainedMotion motion() {
        return new TrainedMotion(trainer.weights(), log.metadata());
    }
}
