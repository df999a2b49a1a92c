package org.lamp4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.device.CudaOptions;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.evaluation.SeamJump;
import org.lamp4j.generation.Doubling;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.motion.LowRank;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.ClipTokenizer;
import org.lamp4j.text.ClipTokenizerTrainer;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.Validation;

/**
 * Gives every number that a user can set its extremes: each is taken, or refused in the form of all errors. A setter
 * that is added to one of these types is tested without being named here.
 */
class OptionExtremesTest {

    private static final Map<Class<?>, List<?>> EXTREMES = Map.of(
            int.class,
            List.of(
                    0,
                    -1,
                    1,
                    2,
                    1 << 16,
                    1 << 20,
                    1 << 30,
                    Integer.MIN_VALUE,
                    Integer.MAX_VALUE - 1,
                    Integer.MAX_VALUE),
            long.class,
            List.of(0L, -1L, 1L, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE),
            float.class,
            List.of(
                    0f,
                    -0f,
                    -1f,
                    Float.MIN_VALUE,
                    Float.MAX_VALUE,
                    -Float.MAX_VALUE,
                    Float.NaN,
                    Float.POSITIVE_INFINITY,
                    Float.NEGATIVE_INFINITY),
            double.class,
            List.of(
                    0.0,
                    -1.0,
                    Double.MIN_VALUE,
                    4.9e-4,
                    16384.0,
                    Double.MAX_VALUE,
                    Double.NaN,
                    Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY),
            OptionalInt.class,
            List.of(OptionalInt.empty(), OptionalInt.of(0), OptionalInt.of(Integer.MAX_VALUE)));

    private static final RgbImage IMAGE = RgbImage.of(new FrameSize(1, 1), new byte[3]);

    /** What stands for arguments that are no numbers. */
    private static final Map<Class<?>, Object> OTHERS = Map.of(
            Path.class,
            Path.of("x"),
            String.class,
            "x",
            List.class,
            List.of(),
            VideoClip.class,
            VideoClip.of(List.of(IMAGE), 8),
            GenerationOptions.class,
            GenerationOptions.newBuilder().build());

    /** A constructor, a factory, or a setter of a builder. */
    private record Call(Class<?> type, Executable target) {

        /** Returns whether there is a number to set and all else can be made. */
        boolean isOfNumbers() {
            List<Class<?>> parameters = Arrays.asList(target.getParameterTypes());
            return parameters.stream().anyMatch(EXTREMES::containsKey)
                    && parameters.stream()
                            .allMatch(parameter -> EXTREMES.containsKey(parameter) || OTHERS.containsKey(parameter));
        }

        void with(Object[] arguments) throws ReflectiveOperationException {
            if (target instanceof Constructor<?> constructor) {
                constructor.newInstance(arguments);
            } else if (Modifier.isStatic(target.getModifiers())) {
                ((Method) target).invoke(null, arguments);
            } else {
                Object builder = ((Method) target).invoke(newBuilder(), arguments);
                type.getMethod("build").invoke(builder);
            }
        }

        private Object newBuilder() throws ReflectiveOperationException {
            Class<?> owner = type == TrainingOptionsBuilder.class ? TrainingOptions.class : type.getEnclosingClass();
            return owner.getMethod("newBuilder").invoke(null);
        }

        @Override
        public String toString() {
            return type.getSimpleName() + " " + target.toGenericString().replaceAll("[a-z0-9]+\\.", "");
        }
    }

    static Stream<Call> calls() {
        Stream<Call> made = Stream.of(
                        ClipTokenizer.class,
                        CudaOptions.class,
                        Device.class,
                        Doubling.class,
                        Extension.class,
                        FrameSize.class,
                        Guidance.class,
                        LearningRateSchedule.class,
                        LowRank.class,
                        MemoryBudget.class,
                        SeamJump.class,
                        Shape.class,
                        TimestepSampling.class,
                        TrainingOptions.Checkpoints.class,
                        Validation.class,
                        VideoClip.class)
                .flatMap(type -> Stream.concat(
                                Arrays.stream(type.getConstructors()),
                                Arrays.stream(type.getMethods())
                                        .filter(method -> Modifier.isStatic(method.getModifiers())))
                        .map(target -> new Call(type, target)));
        Stream<Call> set = Stream.of(
                        TrainingOptionsBuilder.class,
                        GenerationOptions.Builder.class,
                        ClipTokenizerTrainer.Builder.class,
                        CudaOptions.Builder.class)
                .flatMap(type -> Arrays.stream(type.getMethods())
                        .filter(method -> method.getDeclaringClass() == type)
                        .map(method -> new Call(type, method)));
        return Stream.concat(made, set).filter(Call::isOfNumbers);
    }

    @ParameterizedTest
    @MethodSource("calls")
    void number_extreme_isTakenOrRefusedInTheFormOfAllErrors(Call call) throws ReflectiveOperationException {
        for (Object[] arguments : combinations(call.target().getParameterTypes())) {
            try {
                call.with(arguments);
            } catch (InvocationTargetException e) {
                if (!(e.getCause() instanceof IllegalArgumentException refusal)) {
                    fail("%s of %s ended in %s", call, Arrays.toString(arguments), e.getCause());
                    return;
                }
                assertThat(refusal)
                        .as("%s of %s", call, Arrays.toString(arguments))
                        .hasMessageMatching("expected .+, but (was )?.+");
            }
        }
    }

    @Test
    void calls_ofAllTypes_areFound() {
        assertThat(calls().map(Call::type).distinct()).hasSizeGreaterThan(12);
        assertThat(calls().map(Call::toString)).anyMatch(call -> call.contains("gradientAccumulation"));
    }

    /** All extremes of all arguments. */
    private static List<Object[]> combinations(Class<?>[] types) {
        List<Object[]> combinations = new ArrayList<>();
        combinations.add(new Object[0]);
        for (Class<?> type : types) {
            List<Object[]> longer = new ArrayList<>();
            List<?> values = EXTREMES.containsKey(type) ? EXTREMES.get(type) : List.of(OTHERS.get(type));
            for (Object[] start : combinations) {
                for (Object value : values) {
                    Object[] next = Arrays.copyOf(start, start.length + 1);
                    next[start.length] = value;
                    longer.add(next);
                }
            }
            combinations = longer;
        }
        return combinations;
    }
}
