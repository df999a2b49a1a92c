package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.lamp4j.config.LampConfig.ValidationData;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.generation.PromptSyntax;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.Validation;
import org.lamp4j.training.ValidationListener;
import picocli.CommandLine.Option;

/** What is generated while a pattern is trained. */
final class ValidationOptions {

    private static final GenerationOptions DEFAULTS =
            GenerationOptions.newBuilder().build();

    @Option(
            names = "--validate-every",
            paramLabel = "N",
            description = "Generate clips every so many steps; what is learned stays the same.")
    private int everySteps;

    @Option(
            names = "--validate-images",
            paramLabel = "PATH",
            description = "First frames for it: an image, a folder of images, whose names are the prompts, or a .csv "
                    + "file as for generate.")
    private @Nullable Path images;

    @Option(
            names = "--validate-prompt",
            paramLabel = "TEXT",
            description =
                    "A prompt, after which an image of the folder is named (a_horse_runs.png for \"a horse runs\"), or "
                            + "several for a single image of any name.")
    private List<String> prompts = List.of();

    @Option(
            names = "--validate-output",
            paramLabel = "DIR",
            description = "Where to save each clip as GIF, and all in one image. Default: beside --output.")
    private @Nullable Path output;

    @Option(names = "--validate-steps", paramLabel = "N", description = "Denoising steps. Default: ${DEFAULT-VALUE}.")
    private int steps = DEFAULTS.sampling().steps();

    @Option(
            names = "--validate-guidance-scale",
            paramLabel = "SCALE",
            description = "How strongly prompts are followed. Default: ${DEFAULT-VALUE}.")
    private float guidanceScale = DEFAULTS.sampling().guidanceScale();

    @Option(
            names = "--validate-prompt-weights",
            description = "Read weights in the prompts of these clips, as generate --prompt-weights does. Captions are "
                    + "always read plainly.")
    private boolean weighted;

    @Option(
            names = "--validate-inversion",
            paramLabel = "N",
            description =
                    "Start from the first training clip, inverted in N steps of DDIM, instead of from noise. Default: "
                            + "${DEFAULT-VALUE}, from noise.")
    private int inversionSteps;

    Optional<Path> output() {
        return Optional.ofNullable(output);
    }

    /**
     * Makes a validation of what is given, and of what a configuration says where it is not.
     *
     * @param training the training it belongs to, whose length, size and seed it takes where nothing else is said
     * @return empty if there is none
     * @throws IllegalArgumentException if a number is out of range, or it is not said when or with what to validate
     */
    Optional<Validation> make(
            GivenOptions given,
            ValidationData configured,
            TrainingOptions training,
            ProgressListener<GenerationProgress> progress,
            ValidationListener listener)
            throws IOException {
        OptionalInt interval = given.contain("--validate-every") ? OptionalInt.of(everySteps) : configured.everySteps();
        List<Path> firstFrames = images == null ? configured.images() : List.of(images);
        if (interval.isEmpty() && given.containOneOf("--validate-")) {
            throw new IllegalArgumentException("expected --validate-every N, but was none");
        }
        if (firstFrames.isEmpty() && given.contain("--validate-every")) {
            throw new IllegalArgumentException("expected --validate-images PATH, but was none");
        }
        if (interval.isEmpty() || firstFrames.isEmpty()) {
            return Optional.empty();
        }
        GenerationOptions options = generation(given, configured.options(), training, progress);
        List<String> texts = images != null || !prompts.isEmpty() ? prompts : configured.prompts();
        OptionalInt inversion = given.contain("--validate-inversion") ? inversion() : configured.inversionSteps();
        List<Validation.Example> examples =
                new ValidationData(interval, firstFrames, texts, options, inversion).examples();
        return Optional.of(new Validation(interval.getAsInt(), examples, options, inversion, listener));
    }

    private OptionalInt inversion() {
        return inversionSteps == 0 ? OptionalInt.empty() : OptionalInt.of(inversionSteps);
    }

    private GenerationOptions generation(
            GivenOptions given,
            GenerationOptions configured,
            TrainingOptions training,
            ProgressListener<GenerationProgress> progress) {
        boolean ownLength = given.contain("--config") && !given.contain("--frame-count");
        boolean ownSize = given.contain("--config") && !given.contain("--frame-size");
        GenerationOptions.Builder builder = configured.toBuilder()
                .frameCount(
                        ownLength ? configured.frameCount() : training.window().frameCount())
                .frameSize(ownSize ? configured.frameSize() : training.window().frameSize())
                .seed(training.seed())
                .listener(progress);
        given.ifGiven("--validate-steps", steps, builder::steps);
        given.ifGiven("--validate-guidance-scale", guidanceScale, builder::guidanceScale);
        if (weighted) {
            builder.promptSyntax(PromptSyntax.WEIGHTED);
        }
        return builder.build();
    }
}
