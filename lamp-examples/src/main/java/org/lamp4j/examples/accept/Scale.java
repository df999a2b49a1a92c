package org.lamp4j.examples.accept;

import org.lamp4j.examples.quickstart.Quickstart;
import org.lamp4j.media.FrameSize;

/**
 * How much an acceptance runs.
 *
 * @param fullSize whether the random model has the dimensions of Stable Diffusion v1.4, or those of the embedded model
 * @param frameCount frames of its clip
 * @param frameSize size of its clip
 * @param samplingSteps denoising steps of its clip
 * @param warmUpRounds training steps that do not count
 * @param rounds training steps that do
 * @param motionSteps training steps of the motion on the embedded model
 */
public record Scale(
        boolean fullSize,
        int frameCount,
        FrameSize frameSize,
        int samplingSteps,
        int warmUpRounds,
        int rounds,
        int motionSteps) {

    /** The paper's clip and steps: for a GPU. */
    public static final Scale FULL = new Scale(true, 16, new FrameSize(512, 320), 50, 2, 5, Quickstart.TRAINING_STEPS);

    /** The same parts in seconds, with networks that fit any machine: for the CPU. */
    public static final Scale SMALL = new Scale(false, 4, new FrameSize(64, 64), 2, 1, 1, 2);

    /** Whether the motion is trained for as long as it takes to learn it. */
    boolean learnsTheMotion() {
        return motionSteps >= Quickstart.TRAINING_STEPS;
    }
}
