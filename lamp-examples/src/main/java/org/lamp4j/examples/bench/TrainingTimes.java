package org.lamp4j.examples.bench;

import java.util.function.Supplier;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;

/**
 * How long training steps take.
 *
 * @param open opening the trainer
 * @param gradients loss and gradients of a step
 * @param update clipping and AdamW of a step
 */
public record TrainingTimes(Series open, Series gradients, Series update) {

    /**
     * Opens a trainer and takes steps.
     *
     * @param opening opens the trainer, which is closed afterwards
     * @param batch what each step learns from
     * @param warmUpRounds steps at the beginning that do not count
     * @param rounds steps that count
     * @return the times
     */
    public static TrainingTimes measure(Supplier<MotionTrainer> opening, Batch batch, int warmUpRounds, int rounds) {
        TrainingTimes times = new TrainingTimes(new Series(0), new Series(warmUpRounds), new Series(warmUpRounds));
        try (MotionTrainer trainer = times.open.time(opening)) {
            for (int round = 0; round < warmUpRounds + rounds; round++) {
                times.gradients.time(() -> trainer.accumulate(batch));
                times.update.time(() -> trainer.update(Benchmark.UPDATE));
            }
        }
        return times;
    }
}
