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

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,2}))?");

    private static final Pattern LORA = Pattern.compile("(.+)=([-+]?[0-9.]+)");

    private OptionTypes() {}

    /** Makes a value of options. */
    @FunctionalInterface
    interface Maker<T, E extends Exception> {
        T make() throws E;
    }

    static CommandLine registerIn(CommandLine commandLine) {
        return commandLine
                .registerConverter(FrameSize.class, text -> checked(() -> FrameSize.parse(text)))
                .registerConverter(Device.class, text -> checked(() -> device(text)))
                .registerConverter(MemoryBudget.class, text -> checked(() -> MemoryBudget.parse(text)))
                .registerConverter(LearningRateSchedule.class, text -> checked(() -> LearningRateSchedule.parse(text)))
                .registerConverter(SamplerType.class, text -> checked(() -> SamplerType.ofLabel(text)))
                .registerConverter(TimestepSpacing.class, text -> checked(() -> TimestepSpacing.ofLabel(text)))
                .registerConverter(PredictionType.class, text -> checked(() -> predictionType(text)))
                .registerConverter(BatchShard.class, text -> checked(() -> BatchShard.parse(text)))
                .registerConverter(LoraFile.class, text -> checked(() -> lora(text)))
                .registerConverter(TimestepSampling.class, text -> checked(() -> TimestepSampling.parse(text)));
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
}
