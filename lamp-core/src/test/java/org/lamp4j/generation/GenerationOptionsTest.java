package org.lamp4j.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.diffusion.TimestepSpacing;
import org.lamp4j.media.FrameSize;
import org.lamp4j.progress.Decision;

class GenerationOptionsTest {

    @Test
    void build_nothingSet_isThePapersSetting() {
        GenerationOptions options = GenerationOptions.newBuilder().build();

        assertThat(options.frameCount()).isEqualTo(16);
        assertThat(options.frameSize()).isEqualTo(new FrameSize(512, 320));
        assertThat(options.sampling().sampler()).isEqualTo(SamplerType.DDIM);
        assertThat(options.sampling().steps()).isEqualTo(50);
        assertThat(options.sampling().guidanceScale()).isEqualTo(12.5f);
        assertThat(options.sampling().guidanceStart()).isZero();
        assertThat(options.sampling().negativePrompt()).isEmpty();
        assertThat(options.consistency().noiseSharing()).isEqualTo(0.2f);
        assertThat(options.consistency().adaInStart()).isEqualTo(OptionalDouble.of(0.6));
        assertThat(options.consistency().histogramMatching()).isTrue();
        assertThat(options.framesPerSecond()).isEqualTo(8);
    }

    @Test
    void toProvenance_everyOptionSet_namesAllThatDecideTheResult() {
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameCount(5)
                .frameSize(new FrameSize(64, 32))
                .sampler(SamplerType.DPM_SOLVER_PLUS_PLUS)
                .timestepSpacing(TimestepSpacing.TRAILING)
                .steps(20)
                .guidanceScale(2)
                .guidanceStart(0.4)
                .negativePrompt("blurred")
                .noiseSharing(0.5f)
                .withoutAdaIn()
                .withoutHistogramMatching()
                .seed(9)
                .framesPerSecond(12)
                .build();

        assertThat(options.toProvenance())
                .containsEntry("frame_count", "5")
                .containsEntry("frame_size", "64x32")
                .containsEntry("sampler", "dpm-solver++")
                .containsEntry("steps", "20")
                .containsEntry("timestep_spacing", "trailing")
                .containsEntry("guidance_scale", "2.0")
                .containsEntry("guidance_start", "0.4")
                .containsEntry("negative_prompt", "blurred")
                .containsEntry("noise_sharing", "0.5")
                .containsEntry("adain_start", "off")
                .containsEntry("histogram_matching", "off")
                .containsEntry("seed", "9");
        assertThat(options.framesPerSecond()).isEqualTo(12);
    }

    static Stream<Arguments> badValues() {
        return Stream.of(
                bad(builder -> builder.frameCount(0), "expected 1 or more frames, but was 0"),
                bad(builder -> builder.steps(0), "expected 1 or more steps, but was 0"),
                bad(builder -> builder.guidanceScale(-1), "expected a guidance scale of 0 or more, but was -1.0"),
                bad(builder -> builder.guidanceScale(Float.NaN), "expected a guidance scale of 0 or more, but was NaN"),
                bad(builder -> builder.guidanceStart(-0.1), "expected a guidance start from 0 to 1, but was -0.1"),
                bad(builder -> builder.guidanceStart(1.1), "expected a guidance start from 0 to 1, but was 1.1"),
                bad(
                        builder -> builder.deepCache(0),
                        "expected a whole run of the network at every 1 or more steps, but was 0"),
                bad(builder -> builder.noiseSharing(1.1f), "expected a noise sharing from 0 to 1, but was 1.1"),
                bad(builder -> builder.adaInStart(-1), "expected an AdaIN start from 0 to 1, but was -1.0"),
                bad(builder -> builder.adaInStart(1.1), "expected an AdaIN start from 0 to 1, but was 1.1"),
                bad(
                        builder ->
                                builder.timestepSpacing(TimestepSpacing.KARRAS).sampler(SamplerType.LCM),
                        "expected no timestep spacing for the sampler lcm, which has timesteps of its own, but was"
                                + " karras"),
                bad(
                        builder -> builder.sampler(SamplerType.LCM).timestepSpacing(TimestepSpacing.TRAILING),
                        "expected no timestep spacing for the sampler lcm, which has timesteps of its own, but was"
                                + " trailing"),
                bad(
                        builder -> builder.framesPerSecond(0),
                        "expected a rate of 0.01 to 1000 frames per second, but was 0.0"),
                bad(
                        builder -> builder.framesPerSecond(16384),
                        "expected a rate of 0.01 to 1000 frames per second, but was 16384.0"));
    }

    private static Arguments bad(Consumer<GenerationOptions.Builder> setter, String message) {
        return arguments(setter, message);
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void builder_badValue_isRefusedAtOnce(Consumer<GenerationOptions.Builder> setter, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> setter.accept(GenerationOptions.newBuilder()))
                .withMessage(message);
    }

    @Test
    void builder_sameOptionTwice_isRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> GenerationOptions.newBuilder().steps(10).steps(20))
                .withMessage("expected steps to be set once, but was set again");
    }

    @Test
    void builder_adaInStartAndWithoutAdaIn_contradict() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> GenerationOptions.newBuilder().adaInStart(0.25).withoutAdaIn())
                .withMessage("expected adaInStart to be set once, but was set again");
    }

    @Test
    void toBuilder_everyOption_isKept() {
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameCount(5)
                .frameSize(new FrameSize(64, 32))
                .sampler(SamplerType.EULER)
                .timestepSpacing(TimestepSpacing.KARRAS)
                .steps(20)
                .guidanceScale(2)
                .guidanceStart(0.4)
                .negativePrompt("blurred")
                .promptSyntax(PromptSyntax.WEIGHTED)
                .deepCache(3)
                .noiseSharing(0.5f)
                .withoutAdaIn()
                .withoutHistogramMatching()
                .seed(9)
                .framesPerSecond(12)
                .listener(progress -> Decision.STOP)
                .build();

        assertThat(options.toBuilder().build())
                .isEqualTo(options)
                .hasSameHashCodeAs(options)
                .hasToString(options.toString());
        assertThat(options.toBuilder().steps(99).adaInStart(0.25).build().toProvenance())
                .containsEntry("steps", "99")
                .containsEntry("adain_start", "0.25")
                .containsEntry("guidance_start", "0.4")
                .containsEntry("prompt_syntax", "weighted")
                .containsEntry("deep_cache", "3")
                .containsEntry("seed", "9");
    }

    @Test
    void equals_sameSettings_equalUnlessTheListenerIsAnother() {
        GenerationOptions usual = GenerationOptions.newBuilder().build();

        assertThat(GenerationOptions.newBuilder().seed(0).build()).isEqualTo(usual);
        assertThat(GenerationOptions.newBuilder()
                        .listener(progress -> Decision.CONTINUE)
                        .build())
                .isNotEqualTo(usual);
    }
}
