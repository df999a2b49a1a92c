package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.generation.Enlargement;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;

class VideoEnlargementTest {

    private static final FrameSize SMALL = new FrameSize(16, 8);
    private static final FrameSize LARGE = new FrameSize(32, 16);

    /** Strength of a single one of 50 steps: what noise it adds the fake network leaves in. */
    private static final double LEAST = 0.02;

    /** Mean over 128 latents of that noise, 0.04 times 2 of latents' scale times 127.5, over √128: five deviations. */
    private static final double LEFT_NOISE = 5 * 0.04 * 2 * 127.5 / Math.sqrt(128);

    private final FakeBackboneModel model = new FakeBackboneModel();
    private final List<FloatTensor> seen = new ArrayList<>();
    private final List<Integer> timesteps = new ArrayList<>();
    private VideoGenerator generator;

    @BeforeEach
    void createGenerator() throws IOException {
        model.network((latents, steps, context) -> {
            seen.add(latents);
            timesteps.add(steps[0]);
            return latents.times(0);
        });
        generator = new VideoGenerator(
                new FrozenModel(
                        model,
                        NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler")),
                        prompt -> FloatTensor.of(Shape.of(1, 1, 1), prompt.length())),
                model.freshMotion(List.of("conv1d"), 0));
    }

    private static GenerationOptions.Builder options() {
        return GenerationOptions.newBuilder()
                .frameSize(LARGE)
                .frameCount(6)
                .steps(50)
                .guidanceScale(1)
                .withoutAdaIn()
                .withoutHistogramMatching();
    }

    private static VideoClip clip(int frames) {
        return FakeMediaFiles.clip(3, frames, SMALL);
    }

    private static Enlargement least() {
        return Enlargement.DEFAULT.withStrength(LEAST).withOverlap(2);
    }

    /** A window of six frames; more frames go on from the last two. */
    @ParameterizedTest
    @CsvSource({"2, 2, ''", "5, 5, ''", "6, 6, ''", "7, 6, 6", "10, 6, 6", "11, 6, '6,10'", "14, 6, '6,10'"})
    void enlarge_anyLength_showsTheSameFramesLarger(int frames, int window, String seams) {
        VideoClip large =
                generator.enlarge(clip(frames), "a horse", least(), options().build());

        assertThat(large.frameCount()).isEqualTo(frames);
        assertThat(large.framesPerSecond()).isEqualTo(8);
        assertThat(large.frameSize()).isEqualTo(LARGE);
        for (int frame = 0; frame < frames; frame++) {
            assertThat(green(large.frames().get(frame)))
                    .as("frame " + frame)
                    .isCloseTo(8.0 * frame, within(LEFT_NOISE));
        }
        assertThat(large.provenance()).containsEntry("seams", seams).containsEntry("tiles", "1x1 of 32x16");
        assertThat(model.predictorShapes()).containsExactly(Shape.of(1, 4, window, 8, 16));
        assertThat(model.openPredictors()).isZero();
    }

    /** Mean green; the clip's frame f is green 8 f all over. */
    private static double green(RgbImage image) {
        double sum = 0;
        for (int y = 0; y < image.size().height(); y++) {
            for (int x = 0; x < image.size().width(); x++) {
                sum += image.valueAt(x, y, 1);
            }
        }
        return sum / image.size().width() / image.size().height();
    }

    @ParameterizedTest
    @CsvSource({"1, 50", "0.4, 20", "0.02, 1", "0.001, 1"})
    void enlarge_strength_isThePartOfTheStepsThatAreTaken(double strength, int steps) {
        generator.enlarge(
                clip(3),
                "a horse",
                Enlargement.DEFAULT.withStrength(strength),
                options().build());

        assertThat(timesteps).hasSize(steps);
        assertThat(timesteps.get(steps - 1)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(SamplerType.class)
    void enlarge_anySampler_beginsInTheMidst(SamplerType sampler) {
        generator.enlarge(
                clip(3),
                "a horse",
                Enlargement.DEFAULT,
                options().sampler(sampler).build());

        assertThat(timesteps).hasSize(20);
    }

    @Test
    void enlarge_firstFrame_isGivenInItsOwnResolutionAtEveryStep() {
        RgbImage first = FakeMediaFiles.clip(9, 1, LARGE).frames().get(0);

        VideoClip large = generator.enlarge(
                clip(3),
                "a horse",
                Enlargement.DEFAULT.withFirstFrame(first),
                options().build());

        assertThat(large.frames().get(0)).isEqualTo(first);
        assertThat(large.provenance()).containsEntry("large_first_frame", "given");
        float[] given = seen.get(0).slice(2, 0, 1).toArray();
        assertThat(seen)
                .hasSize(20)
                .allSatisfy(
                        latents -> assertThat(latents.slice(2, 0, 1).toArray()).containsExactly(given));
    }

    /** Frame 0's share of the noise is in the others: their noise is alike, which without sharing it is not. */
    @Test
    void enlarge_noise_isSharedAsInGeneration() {
        generator.enlarge(
                clip(3),
                "a horse",
                Enlargement.DEFAULT.withStrength(1),
                options().noiseSharing(1).build());

        FloatTensor noisy = seen.get(0);
        double largest = 0;
        for (int index = 0; index < 4 * 8 * 16; index++) {
            float one = noisy.get(0, index / 128, 1, index / 16 % 8, index % 16);
            float other = noisy.get(0, index / 128, 2, index / 16 % 8, index % 16);
            largest = Math.max(largest, Math.abs(one - other));
        }
        assertThat(largest).isLessThan(0.1);
    }

    @Test
    void enlarge_laterWindow_goesOnFromFramesThatAreDone() {
        generator.enlarge(clip(7), "a horse", least(), options().build());

        assertThat(seen).hasSize(2);
        // window 2 is of frames 1 to 6, the first of them clean: green 8
        double sum = 0;
        for (int pixel = 0; pixel < 128; pixel++) {
            sum += seen.get(1).get(0, 1, 0, pixel / 16, pixel % 16) / 128;
        }
        assertThat((sum + 0.5) * 255).isCloseTo(8, within(LEFT_NOISE));
    }

    @Test
    void enlarge_littleMemory_takesTilesThatFit() {
        model.memory(4 * 3 * 8 * 8);

        VideoClip large =
                generator.enlarge(clip(3), "a horse", least(), options().build());

        assertThat(model.predictorShapes()).containsExactly(Shape.of(1, 4, 3, 8, 8));
        assertThat(seen).hasSize(3);
        assertThat(large.provenance()).containsEntry("tiles", "1x3 of 16x16");
        assertThat(green(large.frames().get(2))).isCloseTo(16, within(LEFT_NOISE));
    }

    @Test
    void enlarge_tileSize_isTaken() {
        VideoClip large = generator.enlarge(
                clip(3),
                "a horse",
                least().withTileSize(new FrameSize(20, 16)),
                options().build());

        assertThat(large.provenance()).containsEntry("tiles", "1x2 of 20x16");
    }

    @Test
    void enlarge_sameSeed_givesTheSameBytes() {
        GenerationOptions options = options().seed(3).build();
        VideoClip once = generator.enlarge(clip(7), "a horse", Enlargement.DEFAULT.withOverlap(2), options);
        VideoClip again = generator.enlarge(clip(7), "a horse", Enlargement.DEFAULT.withOverlap(2), options);
        VideoClip other = generator.enlarge(
                clip(7),
                "a horse",
                Enlargement.DEFAULT.withOverlap(2),
                options().seed(4).build());

        assertThat(again.frames()).isEqualTo(once.frames());
        assertThat(other.frames()).isNotEqualTo(once.frames());
    }

    @Test
    void enlarge_provenance_saysWhatItWasMadeOf() {
        VideoClip clip = clip(3).withProvenance(Map.of("note", "kept"));

        assertThat(generator
                        .enlarge(clip, "a horse", Enlargement.DEFAULT, options().build())
                        .provenance())
                .containsEntry("note", "kept")
                .containsEntry("prompt", "a horse")
                .containsEntry("frame_size", "32x16")
                .containsEntry("enlarged_from", "16x8")
                .containsEntry("strength", "0.4")
                .containsEntry("large_first_frame", "scaled up");
    }

    @Test
    void enlarge_otherProportions_cropsAsFirstFramesAreCropped() {
        VideoClip large = generator.enlarge(
                clip(2),
                "a horse",
                least(),
                options().build().toBuilder().frameSize(new FrameSize(18, 18)).build());

        assertThat(large.frameSize()).isEqualTo(new FrameSize(18, 18));
        assertThat(large.frames().get(0).valueAt(0, 0, 2)).isGreaterThan(15); // what is left of it is cut off
    }

    @ParameterizedTest
    @CsvSource({"16, 16", "32, 8", "16, 8", "8, 4"})
    void enlarge_sizeThatIsNotLarger_isRefused(int width, int height) {
        GenerationOptions options = options().build().toBuilder()
                .frameSize(new FrameSize(width, height))
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.enlarge(clip(3), "a horse", Enlargement.DEFAULT, options))
                .withMessage("expected a frame size wider and higher than the clip's 16x8, but was " + width + "x"
                        + height + " (enlarge)");
    }

    @Test
    void enlarge_whatDoesNotFit_isRefused() {
        GenerationOptions options = options().build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.enlarge(clip(1), "a horse", Enlargement.DEFAULT, options))
                .withMessage("expected a clip and windows of at least 2 frames, but was 1 and 6 (enlarge)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.enlarge(clip(7), "a horse", Enlargement.DEFAULT.withOverlap(6), options))
                .withMessage("expected an overlap below the window's 6 frames, but was 6 (enlarge)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.enlarge(
                        clip(3),
                        "a horse",
                        Enlargement.DEFAULT,
                        options().build().toBuilder()
                                .frameSize(new FrameSize(33, 16))
                                .build()))
                .withMessage("expected a frame size whose sides are multiples of 2, such as 32x16 or 34x16, but was"
                        + " 33x16");
        for (double strength : new double[] {0, 1.01, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Enlargement.DEFAULT.withStrength(strength))
                    .withMessage("expected a strength above 0 and up to 1, but was " + strength + " (enlarge)");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Enlargement.DEFAULT.withOverlap(0))
                .withMessage("expected an overlap of 1 frame or more, but was 0");
        assertThat(seen).isEmpty();
    }
}
