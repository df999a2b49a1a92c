package org.lamp4j.diffusion;

import java.util.Optional;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * The state of sampling between two steps: all that a {@link Sampler} needs to take the next one.
 *
 * @param stepIndex the step to be taken next, from 0; the number of steps S at the end
 * @param latents the latents before that step, any shape, scaled
 * @param previousClean the clean latents that the step before had predicted; same shape. Empty before the first step
 *     and where the sampler has no use for them
 */
public record SamplingState(int stepIndex, FloatTensor latents, Optional<FloatTensor> previousClean) {

    /**
     * Checks index and shapes.
     *
     * @throws IndexOutOfBoundsException if the index is negative
     * @throws ShapeMismatchException if the clean latents have another shape than the latents
     */
    public SamplingState {
        if (stepIndex < 0) {
            throw new IndexOutOfBoundsException("expected a step index of 0 or more, but was " + stepIndex);
        }
        previousClean.ifPresent(clean -> ShapeMismatchException.check(
                "previous clean latents", latents.shape(), clean.shape(), "SamplingState"));
    }

    /**
     * Returns a state without memory: the beginning of sampling, or any step of a sampler that needs no memory.
     *
     * @param stepIndex the step to be taken next
     * @param latents the latents before it
     * @return the state
     * @throws IndexOutOfBoundsException if the index is negative
     */
    public static SamplingState of(int stepIndex, FloatTensor latents) {
        return new SamplingState(stepIndex, latents, Optional.empty());
    }

    /**
     * Returns the state with other latents, for pipelines that change latents between steps.
     *
     * @param newLatents same shape as the latents
     * @return the state with them, at the same step and with the same memory
     * @throws ShapeMismatchException if the shape is another
     */
    public SamplingState withLatents(FloatTensor newLatents) {
        ShapeMismatchException.check("latents", latents.shape(), newLatents.shape(), "SamplingState.withLatents");
        return new SamplingState(stepIndex, newLatents, previousClean);
    }
}
