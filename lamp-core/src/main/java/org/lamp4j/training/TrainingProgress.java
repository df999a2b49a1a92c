package org.lamp4j.training;

import java.time.Duration;

/**
 * How far a training run is.
 *
 * @param phase what is being done
 * @param step steps (or clips) done so far, from 1
 * @param steps steps (or clips) there are in this phase
 * @param loss mean squared error of this step, the mean over its accumulated batches; NaN while clips are encoded
 * @param gradientNorm norm of the gradient of all trained parameters together, before clipping; NaN while clips are
 *     encoded
 * @param learningRate rate used in this step; NaN while clips are encoded
 * @param overflows how often float16 gradients have overflowed so far, each batch having been repeated with a smaller loss
 *     scale; 0 in float32
 * @param stepsPerSecond mean rate of this phase so far, without its first step as soon as there is a second
 * @param remaining time the rest of this phase will take at that rate
 */
public record TrainingProgress(
        Phase phase,
        int step,
        int steps,
        double loss,
        double gradientNorm,
        double learningRate,
        int overflows,
        double stepsPerSecond,
        Duration remaining) {

    /** The parts of a training run. */
    public enum Phase {
        /** Clips are read and turned into latents; a step is a clip. */
        ENCODING_CLIPS,
        /** The pattern is trained. */
        TRAINING
    }
}
