package org.lamp4j.training.loop;

import java.io.IOException;
import java.util.List;
import org.lamp4j.errors.TrainingDivergedException;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingProgress;

/** The steps of a training run, from the one that its record has come to. */
final class TrainingLoop {

    private final BackboneModel model;
    private final MotionTrainer trainer;
    private final BatchSampler sampler;
    private final TrainingOptions options;
    private final TrainingRecord record;
    private final List<StepAction> actions;

    TrainingLoop(
            BackboneModel model,
            MotionTrainer trainer,
            BatchSampler sampler,
            TrainingOptions options,
            TrainingRecord record,
            List<StepAction> actions) {
        this.model = model;
        this.trainer = trainer;
        this.sampler = sampler;
        this.options = options;
        this.record = record;
        this.actions = actions;
    }

    TrainedMotion run(StopSignal stop) throws IOException {
        Pace pace = Pace.of(options.steps() - record.steps());
        while (record.steps() < options.steps() && !stop.isGiven()) {
            int step = record.steps();
            float learningRate = learningRate(step);
            float loss = accumulate(step);
            float norm = finite("gradient norm", trainer.update(update(learningRate)), step + 1);
            record.stepDone(loss, trainer.lossScale().overflows());
            for (StepAction action : actions) {
                action.stepDone(record.steps());
            }
            pace.stepDone();
            stop.report(new TrainingProgress.TrainingStep(
                    record.steps(),
                    options.steps(),
                    loss,
                    norm,
                    learningRate,
                    trainer.lossScale().overflows(),
                    pace.stepsPerSecond(),
                    pace.remaining()));
        }
        for (StepAction action : actions) {
            action.runDone(record.steps());
        }
        return new TrainedMotion(trainer.weights(), record.metadata());
    }

    private float learningRate(int step) {
        TrainingOptions.Optimizer optimizer = options.optimizer();
        return (float)
                (optimizer.learningRate() * optimizer.learningRateSchedule().factorAt(step, options.steps()));
    }

    private float accumulate(int step) {
        double sum = 0;
        for (int batch = 0; batch < options.batches().gradientAccumulation(); batch++) {
            long batchIndex = (long) step * options.batches().gradientAccumulation() + batch;
            sum += finite("loss", trainer.accumulate(sampler.draw(batchIndex)), step + 1);
        }
        return (float) (sum / options.batches().gradientAccumulation());
    }

    private float finite(String quantity, float value, int step) {
        if (!Float.isFinite(value)) {
            String cause = model.findNonFinite(MotionWeights.of(List.of()))
                    .map(tensor -> "; the cause is " + tensor)
                    .orElse("; a lower learning rate or a warm-up helps");
            throw new TrainingDivergedException(
                    "expected a finite " + quantity + ", but was " + value + " at training step " + step + cause, step);
        }
        return value;
    }

    private MotionTrainer.Update update(float learningRate) {
        TrainingOptions.Optimizer adamW = options.optimizer();
        return new MotionTrainer.Update(
                learningRate,
                adamW.beta1(),
                adamW.beta2(),
                adamW.epsilon(),
                adamW.weightDecay(),
                adamW.maxGradientNorm());
    }
}
