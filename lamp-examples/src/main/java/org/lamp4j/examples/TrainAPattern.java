package org.lamp4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.TrainingStoppedException;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.progress.Decision;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingProgress;

/** Training with options of one's own: watched, saved on the way, and stopped when the loss is low enough. */
public final class TrainAPattern {

    private static final double WEIGHT_OF_NEWEST_LOSS = 0.02;
    private static final double GOOD_ENOUGH = 0.05;

    private double meanLoss = 1;

    private TrainAPattern() {}

    /**
     * Runs the recipe.
     *
     * @param arguments model folder, folder of clips, pattern file to write, folder for checkpoints
     * @throws IOException if a file cannot be read or written
     */
    public static void main(String[] arguments) throws IOException {
        run(arguments, 5000, new FrameSize(320, 192));
    }

    static void run(String[] arguments, int steps, FrameSize frameSize) throws IOException {
        Arguments.require(arguments, "model", "clips", "pattern to write", "folder for checkpoints");
        Path patternFile = Path.of(arguments[2]);
        Path checkpoints = Path.of(arguments[3]);
        TrainingOptions options = TrainingOptions.newBuilder()
                .steps(steps)
                .frameSize(frameSize)
                .learningRateSchedule(LearningRateSchedule.warmUp(100).times(LearningRateSchedule.cosineTo(0.1)))
                .checkpoint(checkpoints)
                .checkpointEvery(250)
                .listener(new TrainAPattern()::watch)
                .build();

        try (Backbone backbone = Backbone.load(Path.of(arguments[0]))) {
            MotionPattern pattern = train(backbone, TrainingClips.in(Path.of(arguments[1])), options);
            pattern.save(patternFile, StoredPrecision.FLOAT16);
            pattern.provenance().forEach((name, value) -> System.out.println(name + " = " + value));
        }
    }

    private static MotionPattern train(Backbone backbone, TrainingClips clips, TrainingOptions options)
            throws IOException {
        try {
            return MotionPattern.train(backbone, clips, options);
        } catch (TrainingStoppedException stopped) {
            return stopped.pattern(); // it is good enough
        }
    }

    private Decision watch(TrainingProgress progress) {
        if (!(progress instanceof TrainingProgress.TrainingStep step)) {
            return Decision.CONTINUE;
        }
        meanLoss += WEIGHT_OF_NEWEST_LOSS * (step.loss() - meanLoss);
        System.out.printf(
                "step %d of %d, loss %.4f, %s left%n",
                progress.step(), progress.steps(), meanLoss, progress.remaining());
        return meanLoss < GOOD_ENOUGH ? Decision.STOP : Decision.CONTINUE;
    }
}
