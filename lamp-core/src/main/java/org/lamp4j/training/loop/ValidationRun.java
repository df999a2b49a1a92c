package org.lamp4j.training.loop;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.pipeline.VideoGenerator;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.training.Validation;

/**
 * Generates the clips of a {@link Validation} every so many steps. All it draws comes from the generation's own seed.
 */
final class ValidationRun implements StepAction {

    private final Supplier<VideoGenerator> generators;
    private final Validation validation;
    private final Optional<VideoClip> toInvert;

    /**
     * Prepares validation.
     *
     * @param generators gives a generator of the pattern as it is
     * @param validation what is generated, and when
     * @param toInvert the clip to start from, if not from noise
     */
    ValidationRun(Supplier<VideoGenerator> generators, Validation validation, Optional<VideoClip> toInvert) {
        this.generators = generators;
        this.validation = validation;
        this.toInvert = toInvert;
    }

    @Override
    public void stepDone(int step) throws IOException {
        if (step % validation.everySteps() == 0) {
            validate(step);
        }
    }

    @Override
    public void runDone(int step) {}

    private void validate(int step) throws IOException {
        VideoGenerator generator = generators.get();
        List<VideoClip> clips = new ArrayList<>();
        try {
            Optional<FloatTensor> inverted = toInvert.map(
                    clip -> generator.invert(clip, validation.inversionSteps().orElseThrow(), validation.options()));
            for (Validation.Example example : validation.examples()) {
                VideoClip clip = generate(generator, inverted, example);
                Map<String, String> made = new LinkedHashMap<>(clip.provenance());
                validation.inversionSteps().ifPresent(steps -> made.put("inversion_steps", Integer.toString(steps)));
                made.put("pattern_steps", Integer.toString(step));
                clips.add(clip.withProvenance(made));
            }
        } catch (StoppedException stopped) {
            return;
        }
        validation.listener().onClips(step, clips);
    }

    private VideoClip generate(VideoGenerator generator, Optional<FloatTensor> inverted, Validation.Example example) {
        return inverted.isPresent()
                ? generator.generateFrom(inverted.get(), example.prompt(), example.firstFrame(), validation.options())
                : generator.generate(example.prompt(), example.firstFrame(), validation.options());
    }
}
