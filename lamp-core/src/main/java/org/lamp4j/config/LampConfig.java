package org.lamp4j.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.files.NearestName;
import org.lamp4j.files.PrintableText;
import org.lamp4j.generation.GenerationBatch;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.Validation;

/**
 * The settings of a training run, read from a YAML file of LAMP's own program. Paths in it are relative to the working
 * directory, as there. What the file does not set has the paper's value.
 *
 * <pre>{@code
 * LampConfig config = LampConfig.read(Path.of("horse_run.yaml"));
 * try (Backbone backbone = Backbone.load(config.model().orElseThrow())) {
 *     MotionPattern pattern = MotionPattern.train(
 *             backbone,
 *             TrainingClips.in(config.clips().orElseThrow()),
 *             config.training().toBuilder().listener(listener).build());
 * }
 * }</pre>
 *
 * @param model {@code pretrained_model_path}, the folder of the base model
 * @param clips {@code train_data.video_root}, the folder of clips, or a single one
 * @param outputFolder {@code output_dir}, where results go
 * @param training how the pattern is trained; checkpoints, if {@code checkpointing_steps} is set, go to the folder
 *     {@code checkpoints} in the output folder
 * @param precision {@code mixed_precision}, the precision of frozen weights on a GPU
 * @param validation what is generated on the way
 * @param unusedKeys keys that are known but have no meaning here, in the order of the file
 */
public record LampConfig(
        Optional<Path> model,
        Optional<Path> clips,
        Optional<Path> outputFolder,
        TrainingOptions training,
        Optional<Precision> precision,
        ValidationData validation,
        List<String> unusedKeys) {

    private static final System.Logger LOG = System.getLogger(LampConfig.class.getName());

    /**
     * The settings of validation: {@code validation_data} and {@code validation_steps}.
     *
     * @param everySteps {@code validation_steps}; empty if there is no validation
     * @param images {@code image_path}: images, folders of images or tables, as {@link GenerationBatch#read} takes them
     * @param prompts {@code prompts}, after which images are named; none if the images' names are the prompts
     * @param options how the clips are generated; length and size are those of the training unless the file says
     *     otherwise
     * @param inversionSteps {@code num_inv_steps}, or {@code num_inference_steps} without it, if {@code use_inv_latent}
     *     is true: clips start from the first training clip, inverted in so many steps; empty to start from noise
     */
    public record ValidationData(
            OptionalInt everySteps,
            List<Path> images,
            List<String> prompts,
            GenerationOptions options,
            OptionalInt inversionSteps) {

        /** Keeps the lists. */
        public ValidationData {
            images = List.copyOf(images);
            prompts = List.copyOf(prompts);
        }

        /**
         * Reads the first frames. A prompt's image is the one that is named after it, with underscores for spaces,
         * whatever other images there are: {@code a_horse_runs.png} for {@code a horse runs}. Where no image is named
         * after a prompt, a single one is the first frame of all, and images that are listed one by one belong to the
         * prompts in that order; images of a folder do not, as their order was chosen by nobody.
         *
         * @return a first frame and a prompt for each clip
         * @throws IOException if there is no image, none for a prompt, or one cannot be read; the message names it
         * @throws IllegalArgumentException if images are listed one by one, but not as many as prompts
         */
        public List<Validation.Example> examples() throws IOException {
            List<Validation.Example> examples = new ArrayList<>();
            for (FirstFrames.Choice choice : FirstFrames.of(images, prompts)) {
                examples.add(new Validation.Example(choice.prompt(), RgbImage.read(choice.image())));
            }
            return examples;
        }
    }

    /** Keeps the list. */
    public LampConfig {
        unusedKeys = List.copyOf(unusedKeys);
    }

    /**
     * Returns the configuration that sets nothing: the paper's settings, and no paths.
     *
     * @return what an empty file would say
     */
    public static LampConfig paper() {
        return new LampConfig(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                TrainingOptions.newBuilder().build(),
                Optional.empty(),
                new ValidationData(
                        OptionalInt.empty(),
                        List.of(),
                        List.of(),
                        GenerationOptions.newBuilder().build(),
                        OptionalInt.empty()),
                List.of());
    }

    /**
     * Reads a configuration. Keys without a meaning here are named in one warning.
     *
     * @param file a YAML file of at most 1 MiB
     * @return the run
     * @throws IOException if it cannot be read, a key is unknown, or a value has another type or range than its key;
     *     the message names file and line, and for an unknown key the nearest that is known
     */
    public static LampConfig read(Path file) throws IOException {
        Map<String, Setting> settings = YamlSettings.read(file);
        for (Setting setting : settings.values()) {
            if (!ConfigKey.ALL.contains(setting.name())) {
                throw new IOException("expected a known key, but was " + setting.name() + ", the nearest is "
                        + NearestName.of(setting.name(), ConfigKey.ALL).orElseThrow() + " (" + setting.where() + ")");
            }
        }
        List<String> unused =
                settings.keySet().stream().filter(ConfigKey.UNUSED::contains).toList();
        if (!unused.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "without a meaning here, not used: {0} ({1})",
                    String.join(", ", unused),
                    PrintableText.line(file.toString()));
        }
        Map<String, Setting> withValue = new LinkedHashMap<>(settings);
        withValue.values().removeIf(setting -> setting.values().isEmpty());
        return new ConfigReader(withValue).read(unused);
    }
}
