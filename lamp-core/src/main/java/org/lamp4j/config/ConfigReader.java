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
        Optional<Path> output = get(ConfigKey.OUTPUT, ConfigReader::path);
        TrainingOptions training = training(output);
        return new LampConfig(
                get(ConfigKey.MODEL, ConfigReader::path),
                get(ConfigKey.CLIPS, ConfigReader::path),
                output,
                training,
                precision(),
                validation(training),
                unusedKeys);
    }

    private TrainingOptions training(Optional<Path> output) throws IOException {
        TrainingOptionsBuilder builder = TrainingOptions.newBuilder();
        set(ConfigKey.STEPS, Setting::wholeNumber, builder::steps);
        set(ConfigKey.FRAMES, Setting::wholeNumber, builder::frameCount);
        set(ConfigKey.STRIDE, Setting::wholeNumber, builder::frameStride);
        set(ConfigKey.BATCH, Setting::wholeNumber, builder::batchSize);
        set(ConfigKey.ACCUMULATION, Setting::wholeNumber, builder::gradientAccumulation);
        set(ConfigKey.LEARNING_RATE, Setting::number, builder::learningRate);
        set(ConfigKey.BETA_1, Setting::number, builder::beta1);
        set(ConfigKey.BETA_2, Setting::number, builder::beta2);
        set(ConfigKey.EPSILON, Setting::number, builder::epsilon);
        set(ConfigKey.WEIGHT_DECAY, Setting::number, builder::weightDecay);
        set(ConfigKey.GRADIENT_NORM, Setting::number, builder::maxGradientNorm);
        set(ConfigKey.MODULES, Setting::values, builder::trainableModules);
        set(ConfigKey.SEED, Setting::longNumber, builder::seed);
        set(ConfigKey.GRADIENT_CHECKPOINTING, ConfigReader::checkpointing, builder::gradientCheckpointing);
        TrainingOptions soFar = made(builder::build, ConfigKey.STRIDE, ConfigKey.FRAMES);
        builder.frameSize(size(ConfigKey.WIDTH, ConfigKey.HEIGHT, soFar.window().frameSize()));
        if (output.isPresent() && settings.containsKey(ConfigKey.CHECKPOINT_STEPS.text)) {
            builder.checkpoint(output.get().resolve(CHECKPOINTS));
            set(ConfigKey.CHECKPOINT_STEPS, Setting::wholeNumber, builder::checkpointEvery);
        }
        return builder.build();
    }

    private FrameSize size(ConfigKey widthKey, ConfigKey heightKey, FrameSize otherwise) throws IOException {
        int width = get(widthKey, Setting::wholeNumber).orElse(otherwise.width());
        int height = get(heightKey, Setting::wholeNumber).orElse(otherwise.height());
        return made(() -> new FrameSize(width, height), widthKey, heightKey);
    }

    private ValidationData validation(TrainingOptions training) throws IOException {
        GenerationOptions.Builder builder = GenerationOptions.newBuilder();
        int frames = get(ConfigKey.VALIDATION_FRAMES, Setting::wholeNumber)
                .orElse(training.window().frameCount());
        made(() -> builder.frameCount(frames), ConfigKey.VALIDATION_FRAMES);
        builder.frameSize(size(
                ConfigKey.VALIDATION_WIDTH,
                ConfigKey.VALIDATION_HEIGHT,
                training.window().frameSize()));
        builder.seed(training.seed());
        set(ConfigKey.SAMPLING_STEPS, Setting::wholeNumber, builder::steps);
        set(ConfigKey.GUIDANCE, Setting::number, builder::guidanceScale);
        Optional<Integer> everySteps = get(ConfigKey.VALIDATION_STEPS, ConfigReader::positiveNumber);
        return new ValidationData(
                everySteps.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                get(ConfigKey.VALIDATION_IMAGES, ConfigReader::paths).orElse(List.of()),
                get(ConfigKey.VALIDATION_PROMPTS, Setting::values).orElse(List.of()),
                builder.build(),
                inversionSteps(builder.build()));
    }

    /** LAMP's files say how many steps whether they are wanted or not. */
    private OptionalInt inversionSteps(GenerationOptions validation) throws IOException {
        int steps = get(ConfigKey.INVERSION_STEPS, ConfigReader::positiveNumber)
                .orElse(validation.sampling().steps());
        return get(ConfigKey.INVERSION, Setting::flag).orElse(false) ? OptionalInt.of(steps) : OptionalInt.empty();
    }

    private Optional<Precision> precision() throws IOException {
        return get(ConfigKey.PRECISION, setting -> switch (setting.text()) {
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

    private <T> Optional<T> get(ConfigKey key, Reading<T> reading) throws IOException {
        Setting setting = settings.get(key.text);
        return setting == null ? Optional.empty() : Optional.of(reading.of(setting));
    }

    private <T> void set(ConfigKey key, Reading<T> reading, Consumer<T> option) throws IOException {
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
    private <T> T made(Supplier<T> maker, ConfigKey... keys) throws IOException {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            Setting setting = Stream.of(keys)
                    .map(key -> settings.get(key.text))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow(() -> e);
            throw new IOException(e.getMessage() + " (" + setting.name() + ", " + setting.where() + ")", e);
        }
    }
}
