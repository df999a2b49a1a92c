package org.lamp4j.diffusion;

import org.lamp4j.tensor.FloatTensor;

/** Noise that a sampler adds anew after a step; where it comes from is the caller's to say. */
@FunctionalInterface
public interface FreshNoise {

    /**
     * Returns the noise that is added after a step. The same index gives the same noise.
     *
     * @param stepIndex the step, from 0
     * @return noise in the shape of the latents, of unit variance
     */
    FloatTensor after(int stepIndex);

    /**
     * Returns no noise, for samplers that add none.
     *
     * @return what refuses to give any, with an {@link IllegalStateException}
     */
    static FreshNoise none() {
        return stepIndex -> {
            throw new IllegalStateException("expected fresh noise after step " + stepIndex
                    + " for a sampler that adds some, but was none (FreshNoise)");
        };
    }
}
