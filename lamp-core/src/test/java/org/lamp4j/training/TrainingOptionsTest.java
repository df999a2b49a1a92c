package org.lamp4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.reflect.RecordComponent;
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
        assertThat(options.window().frameCount()).isEqualTo(16);
        assertThat(options.window().frameSize()).isEqualTo(new FrameSize(512, 320));
        assertThat(options.window().frameStride()).isEqualTo(1);
        assertThat(options.batches().batchSize()).isEqualTo(1);
        assertThat(options.batches().gradientAccumulation()).isEqualTo(1);
        assertThat(options.optimizer().learningRate()).isEqualTo(3e-5f);
        assertThat(options.optimizer().learningRateSchedule()).hasToString("constant");
        assertThat(options.optimizer().beta1()).isEqualTo(0.9f);
        assertThat(options.optimizer().beta2()).isEqualTo(0.999f);
        assertThat(options.optimizer().epsilon()).isEqualTo(1e-8f);
        assertThat(options.optimizer().weightDecay()).isEqualTo(0.01f);
        assertThat(options.optimizer().maxGradientNorm()).isEqualTo(1);
        assertThat(options.parameters().trainableModules())
                .containsExactlyInAnyOrder("conv1d", "conv_gate", "attn_temp", "attn1.to_q");
        assertThat(options.window().horizontalFlip()).isEqualTo(HorizontalFlip.OFF);
        assertThat(options.batches().timestepSampling()).isEqualTo(TimestepSampling.uniform());
        assertThat(options.gradientCheckpointing()).isEqualTo(GradientCheckpointing.AS_NEEDED);
        assertThat(options.checkpoints()).isEmpty();
        assertThat(options.parameters().lowRank()).isEmpty();
    }

    @Test
    void lowRank_rankAlone_hasAsLargeAnAlpha() {
        assertThat(TrainingOptions.newBuilder().rank(16).build().parameters().lowRank())
                .contains(new LowRank(16, 16));
        assertThat(TrainingOptions.newBuilder()
                        .rank(16)
                        .alpha(4)
                        .build()
                        .parameters()
                        .lowRank())
                .contains(new LowRank(16, 4));
    }

    @Test
    void toBuilder_anotherRank_takesAlphaAlongOnlyIfItDiffered() {
        TrainingOptions asLarge = TrainingOptions.newBuilder().rank(16).build();
        TrainingOptions set = TrainingOptions.newBuilder().rank(16).alpha(4).build();

        assertThat(asLarge.toBuilder().rank(8).build().parameters().lowRank()).contains(new LowRank(8, 8));
        assertThat(set.toBuilder().rank(8).build().parameters().lowRank()).contains(new LowRank(8, 4));
    }

    @Test
    void build_bothResumeAndStartFrom_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingOptions.newBuilder()
                        .resume(Path.of("a"))
                        .startFrom(Path.of("b"))
                        .build())
                .withMessage("expected either a run to resume or a pattern to start from, but was both, a and b");
    }

    static Stream<Arguments> badValues() {
        return Stream.of(
                bad(builder -> builder.steps(0), "expected 1 or more steps, but was 0"),
                bad(builder -> builder.frameCount(1), "expected 2 or more frames, but was 1"),
                bad(builder -> builder.frameStride(0), "expected 1 or more frames of stride, but was 0"),
                bad(builder -> builder.batchSize(-1), "expected 1 or more clips in a batch, but was -1"),
                bad(builder -> builder.gradientAccumulation(0), "expected 1 or more batches of a step, but was 0"),
                bad(builder -> builder.learningRate(0), "expected a learning rate above 0, but was 0.0"),
                bad(builder -> builder.rank(0), "expected a rank of 1 or more, but was 0"),
                bad(builder -> builder.alpha(0), "expected an alpha above 0, but was 0.0"),
                bad(builder -> builder.rank(8).alpha(Float.NaN), "expected an alpha above 0, but was NaN"),
                bad(builder -> builder.beta1(1), "expected beta1 from 0 to below 1, but was 1.0"),
                bad(builder -> builder.beta2(-0.1f), "expected beta2 from 0 to below 1, but was -0.1"),
                bad(builder -> builder.epsilon(0), "expected epsilon above 0, but was 0.0"),
                bad(builder -> builder.weightDecay(Float.NaN), "expected a weight decay of 0 or more, but was NaN"),
                bad(builder -> builder.maxGradientNorm(Float.NaN), "expected a gradient norm above 0, but was NaN"),
                bad(builder -> builder.trainableModules(List.of()), "expected names of modules to train, but was []"),
                bad(
                        builder -> builder.trainableModules(List.of("conv1d", "")),
                        "expected names of modules to train, but was [conv1d, ]"),
                bad(
                        builder -> builder.checkpoint(Path.of("x")).checkpointEvery(0),
                        "expected 1 or more steps between two checkpoints, but was 0"),
                bad(
                        builder ->
                                builder.checkpoint(Path.of("horse.safetensors")).checkpointEvery(1),
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

    /** Goes through all components, so that no option can be forgotten. */
    @Test
    void toBuilder_everyOption_isKept() throws ReflectiveOperationException {
        TrainingOptions options = everyOption().build();

        assertThat(options.toBuilder().build())
                .isEqualTo(options)
                .hasSameHashCodeAs(options)
                .hasToString(options.toString());
        assertDifferent(options, TrainingOptions.newBuilder().build());
        assertThat(options.toBuilder().steps(99).build().steps()).isEqualTo(99);
        Path pattern = Path.of("pattern");
        assertThat(TrainingOptions.newBuilder().startFrom(pattern).build().toBuilder()
                        .build()
                        .startFrom())
                .contains(pattern);
    }

    private static TrainingOptionsBuilder everyOption() {
        return TrainingOptions.newBuilder()
                .steps(3)
                .frameCount(4)
                .frameSize(new FrameSize(64, 32))
                .frameStride(2)
                .windowStart(WindowStart.CLIP_START)
                .maxClipFrames(16)
                .batchSize(5)
                .gradientAccumulation(6)
                .learningRate(7)
                .learningRateSchedule(LearningRateSchedule.warmUp(8))
                .beta1(0.1f)
                .beta2(0.2f)
                .epsilon(0.3f)
                .weightDecay(0.4f)
                .maxGradientNorm(9)
                .trainableModules(List.of("conv1d"))
                .rank(15)
                .alpha(4)
                .seed(10)
                .horizontalFlip(HorizontalFlip.RANDOM)
                .timestepSampling(TimestepSampling.withShareFrom(0.5, 11))
                .gradientCheckpointing(GradientCheckpointing.ALWAYS)
                .checkpoint(Path.of("checkpoints"))
                .checkpointEvery(12)
                .keepCheckpoints(13)
                .resume(Path.of("resume"))
                .validation(new Validation(
                        14,
                        List.of(new Validation.Example("a cat", RgbImage.of(new FrameSize(1, 1), new byte[3]))),
                        GenerationOptions.newBuilder().build(),
                        (step, clips) -> {}))
                .listener(progress -> Decision.STOP);
    }

    private static void assertDifferent(Record one, Record other) throws ReflectiveOperationException {
        for (RecordComponent component : one.getClass().getRecordComponents()) {
            if (component.getName().equals("startFrom")) { // not together with resume
                continue;
            }
            Object value = component.getAccessor().invoke(one);
            Object otherValue = component.getAccessor().invoke(other);
            if (value instanceof Record group && group.getClass().getEnclosingClass() == TrainingOptions.class) {
                assertDifferent(group, (Record) otherValue);
            } else {
                assertThat(value).as(component.getName()).isNotEqualTo(otherValue);
            }
        }
    }

    @Test
    void equals_sameSettings_equalUnlessTheListenerIsAnother() {
        TrainingOptionsBuilder builder = TrainingOptions.newBuilder();
        assertThat(builder.build()).isEqualTo(TrainingOptions.newBuilder().build());
        assertThat(TrainingOptions.newBuilder()
                        .learningRateSchedule(LearningRateSchedule.warmUp(3).times(LearningRateSchedule.cosineTo(0.5)))
                        .build())
                .isEqualTo(TrainingOptions.newBuilder()
                        .learningRateSchedule(LearningRateSchedule.warmUp(3).times(LearningRateSchedule.cosineTo(0.5)))
                        .build())
                .isNotEqualTo(TrainingOptions.newBuilder()
                        .learningRateSchedule(LearningRateSchedule.warmUp(4).times(LearningRateSchedule.cosineTo(0.5)))
                        .build());
        assertThat(TrainingOptions.newBuilder()
                        .listener(progress -> Decision.CONTINUE)
                        .build())
                .isNotEqualTo(TrainingOptions.newBuilder().build());
    }

    static Stream<Arguments> settingsThatNeedAnother() {
        return Stream.of(
                bad(builder -> builder.alpha(2), "expected a rank for alpha, but was none"),
                bad(
                        builder -> builder.checkpointEvery(2),
                        "expected a folder for checkpoints for checkpointEvery, but was none"),
                bad(
                        builder -> builder.keepCheckpoints(2),
                        "expected a folder for checkpoints for keepCheckpoints, but was none"),
                bad(
                        builder -> builder.frameStride(Integer.MAX_VALUE),
                        "expected windows of at most 2147483647 frames, but 16 frames at stride 2147483647 take "
                                + "32212254706"));
    }

    @ParameterizedTest
    @MethodSource("settingsThatNeedAnother")
    void build_settingWithoutWhatItNeeds_isRefused(Consumer<TrainingOptionsBuilder> setter, String message) {
        TrainingOptionsBuilder builder = TrainingOptions.newBuilder();
        setter.accept(builder);

        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessage(message);
    }

    /** Each value is possible by itself, and the last one set makes them so together. */
    @Test
    void toBuilder_windowThatIsTooLongOnTheWay_isOfTheLastValues() {
        TrainingOptions sparse = TrainingOptions.newBuilder()
                .frameCount(2)
                .frameStride(Integer.MAX_VALUE - 1)
                .build();

        assertThat(sparse.toBuilder().frameCount(16).frameStride(1).build())
                .isEqualTo(TrainingOptions.newBuilder().build());
    }
}
