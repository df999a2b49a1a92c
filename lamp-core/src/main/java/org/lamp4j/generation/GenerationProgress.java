package org.lamp4j.generation;

/** The progress of generating a clip or images. */
public sealed interface GenerationProgress {

    /**
     * Returns what is done of this part of the generation.
     *
     * @return sampling steps or frames done so far, from 1
     */
    int step();

    /**
     * Returns how long this part is.
     *
     * @return sampling steps or frames there are
     */
    int steps();

    /**
     * A sampling step of turning a clip to edit into noise is done.
     *
     * @param step steps done so far, from 1
     * @param steps steps there are
     */
    record Inverting(int step, int steps) implements GenerationProgress {}

    /**
     * A sampling step is done.
     *
     * @param step steps done so far, from 1
     * @param steps steps there are
     * @param preview what the clip or the images are predicted to become, for those who ask
     */
    record Denoising(int step, int steps, Preview preview) implements GenerationProgress {}

    /**
     * A frame is decoded.
     *
     * @param step frames done so far, from 1
     * @param steps frames there are
     */
    record Decoding(int step, int steps) implements GenerationProgress {}
}
