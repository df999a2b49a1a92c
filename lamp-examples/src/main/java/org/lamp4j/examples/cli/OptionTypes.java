package org.lamp4j.examples.cli;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
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

    private OptionTypes() {}

    /** Makes a value of options. */
    @FunctionalInterface
    interface Maker<T, E extends Exception> {
        T make() throws E;
    }

    static CommandLine registerIn(CommandLine commandLine) {
        return commandLine
                .registerConverter(int.class, OptionTypes::integer)
                .registerConverter(Integer.class, OptionTypes::integer)
                .registerConverter(long.class, OptionTypes::longInteger)
                .registerConverter(Long.class, OptionTypes::longInteger)
                .registerConverter(float.class, text -> number(text, Float::valueOf))
                .registerConverter(Float.class, text -> number(text, Float::valueOf))
                .registerConverter(double.class, text -> number(text, Double::valueOf))
                .registerConverter(Double.class, text -> number(text, Double::valueOf))
                .registerConverter(FrameSize.class, text -> checked(() -> FrameSize.parse(text)))
                .registerConverter(Device.class, text -> checked(() -> Device.parse(text)))
                .registerConverter(MemoryBudget.class, text -> checked(() -> MemoryBudget.parse(text)))
                .registerConverter(LearningRateSchedule.class, text -> checked(() -> LearningRateSchedule.parse(text)))
                .registerConverter(SamplerType.class, text -> checked(() -> SamplerType.ofLabel(text)))
                .registerConverter(TimestepSpacing.class, text -> checked(() -> TimestepSpacing.ofLabel(text)))
                .registerConverter(PredictionType.class, text -> checked(() -> predictionType(text)))
                .registerConverter(BatchShard.class, text -> checked(() -> BatchShard.parse(text)))
                .registerConverter(LoraFile.class, text -> checked(() -> LoraFile.parse(text)))
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

    private static int integer(String text) {
        long value = longInteger(text);
        if (value != (int) value) {
            throw new TypeConversionException("expected a whole number from " + Integer.MIN_VALUE + " to "
                    + Integer.MAX_VALUE + ", but was " + text);
        }
        return (int) value;
    }

    private static long longInteger(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException notOne) {
            throw new TypeConversionException("expected a whole number of up to 18 digits, but was " + text);
        }
    }

    private static <T> T number(String text, Function<String, T> parser) {
        try {
            return parser.apply(text);
        } catch (NumberFormatException notOne) {
            throw new TypeConversionException("expected a number, but was " + text);
        }
    }

    private static PredictionType predictionType(String text) {
        return Arrays.stream(PredictionType.values())
                .filter(type -> type.configName().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected epsilon or v_prediction, but was " + text));
    }
}
