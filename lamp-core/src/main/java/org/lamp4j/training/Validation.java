package org.lamp4j.training;

import java.util.List;
import java.util.Objects;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;

/**
 * Clips that are generated while a pattern is trained, to see what it has learned so far. Training does not notice: what it
 * learns is bit for bit what it learns without. Meanwhile the video UNet is in memory twice, once for each.
 *
 * @param everySteps number of training steps between two validations, at least 1
 * @param examples what is generated each time, at least one
 * @param options how it is generated; an interrupt, or their listener saying stop, ends one validation, not the training
 *     (which heeds the same interrupt)
 * @param listener is handed the clips
 */
public record Validation(
        int everySteps, List<Example> examples, GenerationOptions options, ValidationListener listener) {

    /**
     * A clip to generate.
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

    /** Checks the interval and that there is an example. */
    public Validation {
        if (everySteps < 1) {
            throw new IllegalArgumentException(
                    "expected 1 or more steps between two validations, but was " + everySteps);
        }
        if (examples.isEmpty()) {
            throw new IllegalArgumentException("expected a first frame and prompt to validate with, but was none");
        }
        examples = List.copyOf(examples);
        Objects.requireNonNull(options);
        Objects.requireNonNull(listener);
    }
}
