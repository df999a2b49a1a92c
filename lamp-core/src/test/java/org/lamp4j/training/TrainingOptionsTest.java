package org.lamp4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.motion.LowRank;
import org.lamp4j.progress.Decision;

class TrainingOptionsTest {

    @Test
    void build_nothingSet_isThePapersSetting() {
        TrainingOptions options = TrainingOptions.newBuilder().build();

        assertThat(options.steps()).isEqualTo(30_000);
        assertThat(options.frameCount()).isEqualTo(16);
        assertThat(options.frameSize()).isEqualTo(new FrameSize(512, 320));
        assertThat(options.frameStride()).isEqualTo(1);
        assertThat(options.batchSize()).isEqualTo(1);
        assertThat(options.gradientAccumulation()).isEqualTo(1);
        assertThat(options.learningRate()).isEqualTo(3e-5f);
        assertThat(options.learningRateSchedule()).hasToString("constant");
        assertThat(options.adamW()).isEqualTo(AdamW.DEFAULT);
        assertThat(options.maxGradientNorm()).isEqualTo(1);
        assertThat(options.trainableModules())
                .containsExactlyInAnyOrder("conv1d", "conv_gate", "attn_temp", "attn1.to_q");
        assertThat(options.horizontalFlip()).isEqualTo(HorizontalFlip.OFF);
        assertThat(options.timestepSampling()).isEqualTo(TimestepSampling.uniform());
        assertThat(options.gradientCheckpointing()).isEqualTo(GradientCheckpointing.AS_NEEDED);
        assertThat(options.checkpoint()).isEmpty();
        assertThat(options.lowRank()).isEmpty();
    }

    @Test
    void lowRank_rankAlone_hasAsLargeAnAlpha() {
        assertThat(TrainingOptions.newBuilder().lowRank(16).build().lowRank()).contains(new LowRank(16, 16));
        assertThat(TrainingOptions.newBuilder().lowRank(16, 4).build().lowRank())
                .contains(new LowRank(16, 4));
    }

    static Stream<Arguments> badValues() {
        return Stream.of(
                bad(builder -> builder.steps(0), "expected 1 or more steps, but was 0"),
                bad(builder -> builder.frameCount(1), "expected 2 or more frames, but was 1"),
                bad(builder -> builder.frameStride(0), "expected 1 or more frames of stride, but was 0"),
                bad(builder -> builder.batchSize(-1), "expected 1 or more clips in a batch, but was -1"),
                bad(builder -> builder.gradientAccumulation(0), "expected 1 or more batches of a step, but was 0"),
                bad(builder -> builder.learningRate(0), "expected a learning rate above 0, but was 0.0"),
                bad(builder -> builder.lowRank(0), "expected a rank of 1 or more, but was 0"),
                bad(builder -> builder.lowRank(8, 0), "expected an alpha above 0, but was 0.0"),
                bad(builder -> builder.lowRank(8, Float.NaN), "expected an alpha above 0, but was NaN"),
                bad(builder -> builder.maxGradientNorm(Float.NaN), "expected a gradient norm above 0, but was NaN"),
                bad(builder -> builder.trainableModules(List.of()), "expected names of modules to train, but was []"),
                bad(
                        builder -> builder.trainableModules(List.of("conv1d", "")),
                        "expected names of modules to train, but was [conv1d, ]"),
                bad(
                        builder -> builder.checkpoint(Path.of("x"), 0),
                        "expected 1 or more steps between two checkpoints, but was 0"),
                bad(
                        builder -> builder.checkpoint(Path.of("horse.safetensors"), 1),
                        "expected a folder for checkpoints, but was the name of a pattern's file (horse.safetensors)"));
    }

    private static Arguments bad(Consumer<TrainingOptionsBuilder> setter, String message) {
        return arguments(setter, message);
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void builder_badValue_isRefusedAtOnce(Consumer<TrainingOptionsBuilder> setter, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setter.accept(TrainingOptions.newBuilder()))
                .withMessage(message);
    }

    @Test
    void builder_sameOptionTwice_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TrainingOptions.newBuilder().seed(1).seed(2))
                .withMessage("expected seed to be set once, but was set again");
    }

    /** Goes through all accessors, so that no option can be forgotten. */
    @Test
    void toBuilder_everyOption_isKept() throws ReflectiveOperationException {
        TrainingOptions options = TrainingOptions.newBuilder()
                .steps(3)
                .frameCount(4)
                .frameSize(new FrameSize(64, 32))
                .frameStride(2)
                .maxClipFrames(16)
                .batchSize(5)
                .gradientAccumulation(6)
                .learningRate(7)
                .learningRateSchedule(LearningRateSchedule.warmUp(8))
                .adamW(new AdamW(0.1f, 0.2f, 0.3f, 0.4f))
                .maxGradientNorm(9)
                .trainableModules(List.of("conv1d"))
                .lowRank(15)
                .seed(10)
                .horizontalFlip(HorizontalFlip.RANDOM)
                .timestepSampling(TimestepSampling.withShareFrom(0.5, 11))
                .gradientCheckpointing(GradientCheckpointing.ALWAYS)
                .checkpoint(Path.of("checkpoints"), 12)
                .checkpointsToKeep(13)
                .resume(Path.of("resume"))
                .validation(new Validation(
                        14,
                        List.of(new Validation.Example("a cat", RgbImage.of(new FrameSize(1, 1), new byte[3]))),
                        GenerationOptions.newBuilder().build(),
                        (step, clips) -> {}))
                .listener(progress -> Decision.STOP)
                .build();

        TrainingOptions unset = TrainingOptions.newBuilder().build();
        TrainingOptions copy = options.toBuilder().build();

        for (Method accessor : TrainingOptions.class.getMethods()) {
            if (accessor.getDeclaringClass() == TrainingOptions.class
                    && accessor.getParameterCount() == 0
                    && accessor.getReturnType() != TrainingOptionsBuilder.class) {
                assertThat(accessor.invoke(copy)).as(accessor.getName()).isEqualTo(accessor.invoke(options));
                assertThat(accessor.invoke(options)).as(accessor.getName()).isNotEqualTo(accessor.invoke(unset));
            }
        }
        assertThat(options.toBuilder().steps(99).build().steps()).isEqualTo(99);
    }
}
