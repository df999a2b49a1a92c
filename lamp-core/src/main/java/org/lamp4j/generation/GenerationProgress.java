package org.lamp4j.generation;

/**
 * How far the generation of a clip is.
 *
 * @param phase what is being done
 * @param step steps (or frames) done so far, from 1
 * @param steps steps (or frames) there are in this phase
 */
public record GenerationProgress(Phase phase, int step, int steps) {

    /** The parts of a generation. */
    public enum Phase {
        /** A clip to edit is turned into noise; a step is a sampling step. */
        INVERTING,
        /** Latents are denoised; a step is a sampling step. */
        DENOISING,
        /** Latents are turned into pictures; a step is a frame. */
        DECODING
    }
}
