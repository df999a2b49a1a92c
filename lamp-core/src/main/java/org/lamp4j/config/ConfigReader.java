package org.lamp4j.config;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lamp4j.config.LampConfig.ValidationData;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.training.AdamW;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;

/** Makes options of settings. */
final class ConfigReader {

    private static final String CHECKPOINTS = "checkpoints";

    private final Map<String, Setting> settings;

    ConfigReader(Map<String, Setting> settings) {
        this.settings = settings;
    }

    /** Reads a value of one type. */
    @FunctionalInterface
    private interface Reading<T> {
        T of(Setting setting) throws IOException;
    }

    LampConfig read(List<String> unusedKeys) throws IOException {
        Optional<Path> output = get(ConfigKeys.OUTPUT, ConfigReader::path);
        TrainingOptions training = training(output);
        return new LampConfig(
                get(ConfigKeys.MODEL, ConfigReader::path),
                get(ConfigKeys.CLIPS, ConfigReader::path),
                output,
                training,
                precision(),
                validation(training),
                unusedKeys);
    }

    private TrainingOptions training(Optional<Path> output) throws IOException {
        TrainingOptionsBuilder builder = TrainingOptions.newBuilder();
        set(ConfigKeys.STEPS, Setting::wholeNumber, builder::steps);
        set(ConfigKeys.FRAMES, Setting::wholeNumber, builder::frameCount);
        set(ConfigKeys.STRIDE, Setting::wholeNumber, builder::frameStride);
        set(ConfigKeys.BATCH, Setting::wholeNumber, builder::batchSize);
        set(ConfigKeys.ACCUMULATION, Setting::wholeNumber, builder::gradientAccumulation);
        set(ConfigKeys.LEARNING_RATE, Setting::number, builder::learningRate);
        set(ConfigKeys.GRADIENT_NORM, Setting::number, builder::maxGradientNorm);
        set(ConfigKeys.MODULES, Setting::values, builder::trainableModules);
        set(ConfigKeys.SEED, Setting::longNumber, builder::seed);
        set(ConfigKeys.GRADIENT_CHECKPOINTING, ConfigReader::checkpointing, builder::gradientCheckpointing);
        TrainingOptions soFar = made(builder::build, ConfigKeys.STRIDE, ConfigKeys.FRAMES);
        builder.frameSize(size(ConfigKeys.WIDTH, ConfigKeys.HEIGHT, soFar.frameSize()));
        builder.adamW(adamW());
        if (output.isPresent()) {
            Path folder = output.get().resolve(CHECKPOINTS);
            set(ConfigKeys.CHECKPOINT_STEPS, Setting::wholeNumber, steps -> builder.checkpoint(folder, steps));
        }
        return builder.build();
    }

    private AdamW adamW() throws IOException {
        AdamW usual = AdamW.DEFAULT;
        float beta1 = get(ConfigKeys.BETA_1, Setting::number).orElse(usual.beta1());
        float beta2 = get(ConfigKeys.BETA_2, Setting::number).orElse(usual.beta2());
        float epsilon = get(ConfigKeys.EPSILON, Setting::number).orElse(usual.epsilon());
        float weightDecay = get(ConfigKeys.WEIGHT_DECAY, Setting::number).orElse(usual.weightDecay());
        return made(
                () -> new AdamW(beta1, beta2, epsilon, weightDecay),
                ConfigKeys.BETA_1,
                ConfigKeys.BETA_2,
                ConfigKeys.EPSILON,
                ConfigKeys.WEIGHT_DECAY);
    }

    private FrameSize size(String widthKey, String heightKey, FrameSize otherwise) throws IOException {
        int width = get(widthKey, Setting::wholeNumber).orElse(otherwise.width());
        int height = get(heightKey, Setting::wholeNumber).orElse(otherwise.height());
        return made(() -> new FrameSize(width, height), widthKey, heightKey);
    }

    private ValidationData validation(TrainingOptions training) throws IOException {
        GenerationOptions.Builder builder = GenerationOptions.newBuilder();
        int frames = get(ConfigKeys.VALIDATION_FRAMES, Setting::wholeNumber).orElse(training.frameCount());
        made(() -> builder.frameCount(frames), ConfigKeys.VALIDATION_FRAMES);
        builder.frameSize(size(ConfigKeys.VALIDATION_WIDTH, ConfigKeys.VALIDATION_HEIGHT, training.frameSize()));
        builder.seed(training.seed());
        set(ConfigKeys.SAMPLING_STEPS, Setting::wholeNumber, builder::steps);
        set(ConfigKeys.GUIDANCE, Setting::number, builder::guidanceScale);
        Optional<Integer> everySteps = get(ConfigKeys.VALIDATION_STEPS, ConfigReader::positiveNumber);
        return new ValidationData(
                everySteps.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                get(ConfigKeys.VALIDATION_IMAGES, ConfigReader::paths).orElse(List.of()),
                get(ConfigKeys.VALIDATION_PROMPTS, Setting::values).orElse(List.of()),
                builder.build(),
                inversionSteps(builder.build()));
    }

    /** LAMP's files say how many steps whether they are wanted or not. */
    private OptionalInt inversionSteps(GenerationOptions validation) throws IOException {
        int steps =
                get(ConfigKeys.INVERSION_STEPS, ConfigReader::positiveNumber).orElse(validation.steps());
        return get(ConfigKeys.INVERSION, Setting::flag).orElse(false) ? OptionalInt.of(steps) : OptionalInt.empty();
    }

    private Optional<Precision> precision() throws IOException {
        return get(ConfigKeys.PRECISION, setting -> switch (setting.text()) {
            case "no" -> Precision.FLOAT32;
            case "fp16" -> Precision.FLOAT16;
            default -> throw setting.refusal("no or fp16");
        });
    }

    private static GradientCheckpointing checkpointing(Setting setting) throws IOException {
        return setting.flag() ? GradientCheckpointing.ALWAYS : GradientCheckpointing.AS_NEEDED;
    }

    private static int positiveNumber(Setting setting) throws IOException {
        int value = setting.wholeNumber();
        if (value < 1) {
            throw setting.refusal("1 or more");
        }
        return value;
    }

    private static Path path(Setting setting) throws IOException {
        return path(setting, setting.text());
    }

    private static List<Path> paths(Setting setting) throws IOException {
        List<Path> paths = new ArrayList<>();
        for (String value : setting.values()) {
            paths.add(path(setting, value));
        }
        return paths;
    }

    private static Path path(Setting setting, String text) throws IOException {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw setting.refusal("a path");
        }
    }

    private <T> Optional<T> get(String key, Reading<T> reading) throws IOException {
        Setting setting = settings.get(key);
        return setting == null ? Optional.empty() : Optional.of(reading.of(setting));
    }

    private <T> void set(String key, Reading<T> reading, Consumer<T> option) throws IOException {
        Optional<T> value = get(key, reading);
        if (value.isPresent()) {
            made(
                    () -> {
                        option.accept(value.get());
                        return value;
                    },
                    key);
        }
    }

    /** Makes something of the values of some keys; what it refuses is said with the place of the first that is set. */
    private <T> T made(Supplier<T> maker, String... keys) throws IOException {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            Setting setting = Stream.of(keys)
                    .map(settings::get)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow(() -> e);
            throw new IOException(e.getMessage() + " (" + setting.name() + ", " + setting.where() + ")", e);
        }
    }
}
