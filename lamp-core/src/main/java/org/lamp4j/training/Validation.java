package org.lamp4j.training;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;

/**
 * Options of validation: clips that are generated while a pattern is trained, to see what it has learned so far.
 * Training does not notice: what it learns is bit for bit what it learns without. Meanwhile the video UNet is in memory
 * twice, once for each.
 *
 * <p>Clips start from noise, or, as for an {@linkplain org.lamp4j.MotionPattern#edit edited clip}, from the latents
 * that lead back to a training clip: the first one, from its first frame on, as far apart as in training. It is
 * inverted anew each time, with the pattern as it then is, once for all examples.
 *
 * @param everySteps number of training steps between two validations, at least 1
 * @param examples what is generated each time, at least one
 * @param options how it is generated (noise sharing is for clips from noise only); an interrupt, or their listener
 *     saying stop, ends one validation, not the training (which heeds the same interrupt)
 * @param inversionSteps number of steps of DDIM in which the training clip is inverted, at least 1, usually that of the
 *     options; empty to start from noise
 * @param listener is handed the clips
 */
public record Validation(
        int everySteps,
        List<Example> examples,
        GenerationOptions options,
        OptionalInt inversionSteps,
        ValidationListener listener) {

    /**
     * One clip to generate.
     *
     * @param prompt what it shows
     * @param firstFrame where it begins; resized to cover the frame size and centre-cropped
     */
    public record Example(String prompt, RgbImage firstFrame) {

        /** Checks that both are there. */
        public Example {
            Objects.requireNonNull(prompt);
            Objects.requireNonNull(firstFrame);
        }
    }

    /**
     * Validates with clips from noise.
     *
     * @param everySteps number of training steps between two validations, at least 1
     * @param examples what is generated each time, at least one
     * @param options how it is generated
     * @param listener is handed the clips
     */
    public Validation(int everySteps, List<Example> examples, GenerationOptions options, ValidationListener listener) {
        this(everySteps, examples, options, OptionalInt.empty(), listener);
    }

    /** Checks the numbers, that there is an example, and that the sampler can be inverted where that is asked for. */
    public Validation {
        if (everySteps < 1) {
            throw new IllegalArgumentException(
                    "expected 1 or more steps between two validations, but was " + everySteps);
        }
        if (examples.isEmpty()) {
            throw new IllegalArgumentException("expected a first frame and prompt to validate with, but was none");
        }
        if (inversionSteps.isPresent() && inversionSteps.getAsInt() < 1) {
            throw new IllegalArgumentException(
                    "expected 1 or more steps of inversion, but was " + inversionSteps.getAsInt());
        }
        if (inversionSteps.isPresent() && options.sampling().sampler() != SamplerType.DDIM) {
            throw new IllegalArgumentException("expected the sampler " + SamplerType.DDIM
                    + ", which can be inverted, but was " + options.sampling().sampler());
        }
        examples = List.copyOf(examples);
        Objects.requireNonNull(options);
        Objects.requireNonNull(listener);
    }
}
