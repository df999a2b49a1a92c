package org.lamp4j.examples.pretrain;

/** How far a pre-training is. */
public sealed interface PretrainingProgress {

    /**
     * Returns what is done of this part.
     *
     * @return scenes or steps done so far, from 1
     */
    int step();

    /**
     * Returns how long this part is.
     *
     * @return scenes or steps there are
     */
    int steps();

    /**
     * Scenes have been turned into latents.
     *
     * @param step scenes done so far, from 1
     * @param steps scenes there are
     */
    record EncodingScenes(int step, int steps) implements PretrainingProgress {}

    /**
     * A network has taken some steps.
     *
     * @param stage what is trained
     * @param step steps done so far, from 1
     * @param steps steps there are
     * @param loss mean loss of the steps since the last report
     * @param samplesPerSecond rate since the last report
     */
    record TrainingSteps(String stage, int step, int steps, double loss, double samplesPerSecond)
            implements PretrainingProgress {}
}
