package org.lamp4j.training;

import java.time.Duration;

/** The progress of a training run: a clip has been encoded, or a step taken. */
public sealed interface TrainingProgress {

    /**
     * Returns what is done of this part of the run.
     *
     * @return clips or steps done so far, from 1
     */
    int step();

    /**
     * Returns how long this part is.
     *
     * @return clips or steps there are
     */
    int steps();

    /**
     * Returns how fast it goes.
     *
     * @return mean rate of this part so far, without its first step as soon as there is a second
     */
    double stepsPerSecond();

    /**
     * Returns how long it will take.
     *
     * @return time the rest of this part will take at that rate
     */
    Duration remaining();

    /**
     * A clip has been read and turned into latents.
     *
     * @param step clips done so far, from 1
     * @param steps clips there are
     * @param stepsPerSecond clips per second so far
     * @param remaining time the other clips will take
     */
    record EncodingClips(int step, int steps, double stepsPerSecond, Duration remaining) implements TrainingProgress {}

    /**
     * The optimiser has taken a step.
     *
     * @param step steps done so far, from 1
     * @param steps steps there are
     * @param loss mean squared error of this step, the mean over its accumulated batches
     * @param gradientNorm norm of the gradient of all trained parameters together, before clipping
     * @param learningRate rate used in this step
     * @param overflows how often float16 gradients have overflowed so far, each batch having been repeated with a
     *     smaller loss scale; 0 in float32
     * @param stepsPerSecond steps per second so far
     * @param remaining time the other steps will take
     */
    record TrainingStep(
            int step,
            int steps,
            double loss,
            double gradientNorm,
            double learningRate,
            int overflows,
            double stepsPerSecond,
            Duration remaining)
            implements TrainingProgress {}
}
