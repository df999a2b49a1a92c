package org.lamp4j.examples.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.diffusion.TimestepSpacing;
import org.lamp4j.media.FrameSize;
import org.lamp4j.motion.LoraFile;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Turns the text of an option into the value it stands for. */
final class OptionTypes {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");
    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,2}))?");
    private static final Pattern WARM_UP = Pattern.compile("warmup:(\\d{1,9})");
    private static final Pattern COSINE = Pattern.compile("cosine:(\\d*\\.?\\d+)");
    private static final Pattern SHARE = Pattern.compile("(\\d*\\.?\\d+):(\\d{1,4})");

    private static final Pattern LORA = Pattern.compile("(.+)=([-+]?[0-9.]+)");

    private OptionTypes() {}

    /** Makes a value of options. */
    @FunctionalInterface
    interface Maker<T, E extends Exception> {
        T make() throws E;
    }

    static CommandLine registerIn(CommandLine commandLine) {
        return commandLine
                .registerConverter(FrameSize.class, text -> checked(() -> frameSize(text)))
                .registerConverter(Device.class, text -> checked(() -> device(text)))
                .registerConverter(MemoryBudget.class, text -> checked(() -> MemoryBudget.parse(text)))
                .registerConverter(LearningRateSchedule.class, text -> checked(() -> schedule(text)))
                .registerConverter(SamplerType.class, text -> checked(() -> SamplerType.ofLabel(text)))
                .registerConverter(TimestepSpacing.class, text -> checked(() -> TimestepSpacing.ofLabel(text)))
                .registerConverter(PredictionType.class, text -> checked(() -> predictionType(text)))
                .registerConverter(LoraFile.class, text -> checked(() -> lora(text)))
                .registerConverter(TimestepSampling.class, text -> checked(() -> timesteps(text)));
    }

    /** Makes a value of options; what it refuses is bad usage. */
    static <T, E extends Exception> T fromOptions(CommandSpec command, Maker<T, E> maker) throws E {
        try {
            return maker.make();
        } catch (IllegalArgumentException problem) {
            throw new ParameterException(command.commandLine(), problem.getMessage(), problem);
        }
    }

    private static <T> T checked(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException problem) {
            throw new TypeConversionException(problem.getMessage());
        }
    }

    private static FrameSize frameSize(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            throw new IllegalArgumentException("expected a size like 512x320, but was " + text);
        }
        return new FrameSize(Integer.parseInt(size.group(1)), Integer.parseInt(size.group(2)));
    }

    private static PredictionType predictionType(String text) {
        return Arrays.stream(PredictionType.values())
                .filter(type -> type.configName().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected epsilon or v_prediction, but was " + text));
    }

    static LoraFile lora(String text) {
        Matcher weighted = LORA.matcher(text);
        return weighted.matches()
                ? new LoraFile(Path.of(weighted.group(1)), Double.parseDouble(weighted.group(2)))
                : new LoraFile(Path.of(text), 1);
    }

    private static Device device(String text) {
        Matcher cuda = CUDA.matcher(text);
        if (cuda.matches()) {
            return Device.cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
        }
        return switch (text) {
            case "cpu" -> Device.cpu();
            case "auto" -> Device.auto();
            default -> throw new IllegalArgumentException("expected cpu, cuda:N or auto, but was " + text);
        };
    }

    /** Reads {@code constant}, {@code warmup:100}, {@code cosine:0.05}, or several of these joined by commas. */
    private static LearningRateSchedule schedule(String text) {
        LearningRateSchedule schedule = LearningRateSchedule.constant();
        for (String part : text.split(",", -1)) {
            Matcher warmUp = WARM_UP.matcher(part);
            Matcher cosine = COSINE.matcher(part);
            if (warmUp.matches()) {
                schedule = schedule.times(LearningRateSchedule.warmUp(Integer.parseInt(warmUp.group(1))));
            } else if (cosine.matches()) {
                schedule = schedule.times(LearningRateSchedule.cosineTo(Double.parseDouble(cosine.group(1))));
            } else if (!part.equals("constant")) {
                throw new IllegalArgumentException(
                        "expected constant, warmup:STEPS, cosine:FRACTION or several joined by commas, but was "
                                + text);
            }
        }
        return schedule;
    }

    private static TimestepSampling timesteps(String text) {
        Matcher share = SHARE.matcher(text);
        if (share.matches()) {
            return TimestepSampling.withShareFrom(Double.parseDouble(share.group(1)), Integer.parseInt(share.group(2)));
        }
        if (text.equals("uniform")) {
            return TimestepSampling.uniform();
        }
        throw new IllegalArgumentException("expected uniform or SHARE:FROM like 0.5:400, but was " + text);
    }
}
