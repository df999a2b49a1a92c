package org.lamp4j.training.loop;

import java.util.List;
import java.util.OptionalDouble;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.training.TrainingOptions;

/**
 * The loss on always the same batches: windows, timesteps and noise are drawn once and for all, from a seed of their
 * own. The losses of training steps are each of another timestep, on which they depend far more than on what was
 * learned in between, so that checkpoints cannot be told apart by them.
 */
final class ComparisonLoss {

    /** As costly as so many training batches, and so many noise levels. */
    static final int BATCHES = 8;

    private final MotionTrainer trainer;
    private final BatchSampler batches;

    private ComparisonLoss(MotionTrainer trainer, BatchSampler batches) {
        this.trainer = trainer;
        this.batches = batches;
    }

    static ComparisonLoss of(
            MotionTrainer trainer,
            List<LatentClip> clips,
            NoiseSchedule schedule,
            float scalingFactor,
            TrainingOptions options) {
        long seed =
                RandomSource.stream(options.seed(), "batches to compare by", 0).nextInt(Integer.MAX_VALUE);
        return new ComparisonLoss(
                trainer,
                new BatchSampler(
                        clips,
                        schedule,
                        scalingFactor,
                        options.toBuilder().seed(seed).build()));
    }

    /** Returns the mean loss; empty if it is no finite number, or the thread is interrupted and is to end soon. */
    OptionalDouble measure() {
        double sum = 0;
        for (int batch = 0; batch < BATCHES; batch++) {
            if (Thread.currentThread().isInterrupted()) {
                return OptionalDouble.empty();
            }
            sum += trainer.loss(batches.draw(batch));
        }
        return Double.isFinite(sum) ? OptionalDouble.of(sum / BATCHES) : OptionalDouble.empty();
    }
}
