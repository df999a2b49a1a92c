package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.generation.Doubling;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;

/** Numbers that no memory holds are refused before anything is computed, and those that are merely odd are taken. */
class GenerationExtremesTest {

    private static final FrameSize SIZE = new FrameSize(8, 4);
    private static final VideoClip CLIP = FakeMediaFiles.clip(3, 4, SIZE);
    private static final RgbImage IMAGE = CLIP.frames().get(0);

    private final FakeBackboneModel model = new FakeBackboneModel();
    private NoiseSchedule schedule;
    private VideoGenerator generator;

    @BeforeEach
    void createGenerator() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
        generator = new VideoGenerator(
                new FrozenModel(model, schedule, prompt -> FloatTensor.of(Shape.of(1, 1, 1), 0)),
                model.freshMotion(List.of(), 0));
    }

    private static GenerationOptions.Builder options() {
        return GenerationOptions.newBuilder().frameSize(SIZE).steps(2);
    }

    private void assertTooLarge(ThrowingCallable call) {
        assertThatIllegalArgumentException()
                .isThrownBy(call)
                .withMessageMatching("expected a clip within half of the heap, .* GiB, but \\d+ frames of \\d+x\\d+"
                        + " take .* GiB \\(Java's option -Xmx gives more\\)");
        assertThat(model.fakeCodec().encodedImages()).isZero();
        assertThat(model.predictorShapes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 24, 1 << 30, Integer.MAX_VALUE})
    void generate_framesBeyondMemory_areRefusedBeforeAnythingIsComputed(int frameCount) {
        GenerationOptions options = options().frameCount(frameCount).build();

        assertTooLarge(() -> generator.generate("x", IMAGE, options));
        assertTooLarge(() -> generator.generateFrom(FloatTensor.zeros(Shape.of(1, 4, 1, 2, 4)), "x", IMAGE, options));
        assertTooLarge(() -> VideoGenerator.requireGeneratable(model, schedule, options));
        assertTooLarge(() -> generator.extend(CLIP, "x", Extension.by(1), options));
    }

    @Test
    void generate_framesOfManyPixels_areRefusedBeforeAnythingIsComputed() {
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameSize(new FrameSize(11584, 11584))
                .build();

        assertTooLarge(() -> generator.generate("x", IMAGE, options));
        ImageGenerator images =
                new ImageGenerator(new FrozenModel(model, schedule, prompt -> FloatTensor.of(Shape.of(1, 1, 1), 0)));
        assertTooLarge(() -> images.generate(Collections.nCopies(8, "x"), options));
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 24, 1 << 30, Integer.MAX_VALUE - 3, Integer.MAX_VALUE})
    void extend_byMoreThanMemoryHolds_isRefusedBeforeAnythingIsComputed(int frameCount) {
        assertTooLarge(() ->
                generator.extend(CLIP, "x", Extension.by(frameCount), options().build()));
    }

    @Test
    void extend_overlapBeyondAllFrames_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.extend(
                        CLIP,
                        "x",
                        new Extension(1, Integer.MAX_VALUE, 0),
                        options().frameCount(Integer.MAX_VALUE).build()))
                .withMessageStartingWith("expected an overlap below the window's");
    }

    @Test
    void doubleFrameRate_rateThatCannotBeDoubled_isRefusedBeforeAnythingIsComputed() {
        VideoClip fast = VideoClip.of(CLIP.frames(), Double.MAX_VALUE);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.doubleFrameRate(
                        fast, "x", new Doubling(0.5), options().build()))
                .withMessage("expected a rate that can be doubled, but was 1.7976931348623157E308 frames per second"
                        + " (doubleFrameRate)");
        assertThat(model.fakeCodec().encodedImages()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.MIN_VALUE, 1, Double.NaN, 0, -1, Double.POSITIVE_INFINITY})
    void doubleFrameRate_strengthOfAnyValue_isTakenOrRefused(double strength) {
        GenerationOptions options = options().frameCount(5).build();
        if (strength > 0 && strength <= 1) {
            assertThat(generator
                            .doubleFrameRate(CLIP, "x", new Doubling(strength), options)
                            .frameCount())
                    .isEqualTo(7);
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> generator.doubleFrameRate(CLIP, "x", new Doubling(strength), options))
                    .withMessageStartingWith("expected a strength above 0 and up to 1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 998, 999, 1000, 1001, 1 << 30, Integer.MAX_VALUE})
    void generate_anyNumberOfSteps_isTakenOrRefusedByEverySampler(int steps) {
        for (SamplerType sampler : SamplerType.values()) {
            GenerationOptions options = GenerationOptions.newBuilder()
                    .frameSize(SIZE)
                    .frameCount(2)
                    .steps(steps)
                    .sampler(sampler)
                    .build();
            int mostOfLcm = 50;
            if (steps < 999 && (sampler != SamplerType.LCM || steps <= mostOfLcm)) {
                assertThat(generator.generate("x", IMAGE, options).frameCount()).isEqualTo(2);
            } else if (steps > 1000 || sampler == SamplerType.LCM) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> generator.generate("x", IMAGE, options))
                        .withMessageContaining("sampling steps, but was " + steps);
            } else {
                try {
                    generator.generate("x", IMAGE, options);
                } catch (IllegalArgumentException refused) {
                    assertThat(refused).hasMessageContaining("steps");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void generate_anySeed_isTaken(long seed) {
        assertThat(generator
                        .generate(
                                "x",
                                IMAGE,
                                options().seed(seed).frameCount(1).adaInStart(1).build())
                        .frameCount())
                .isEqualTo(1);
    }
}
