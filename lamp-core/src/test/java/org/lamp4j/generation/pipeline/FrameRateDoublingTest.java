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
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.generation.Doubling;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.FakeMediaFiles;
import org.lamp4j.testing.Fixture;

class FrameRateDoublingTest {

    private static final FrameSize SIZE = new FrameSize(16, 8);

    /** Strength of a single one of 50 steps: what noise it adds the fake network leaves in. */
    private static final double LEAST = 0.02;

    /** Mean over 32 latents of that noise, 0.04 times 2 of latents' scale times 127.5, over √32: five deviations. */
    private static final double LEFT_NOISE = 5 * 0.04 * 2 * 127.5 / Math.sqrt(32);

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
                .frameSize(SIZE)
                .frameCount(6)
                .steps(50)
                .guidanceScale(1)
                .withoutAdaIn()
                .withoutHistogramMatching();
    }

    private static VideoClip clip(int frames) {
        return FakeMediaFiles.clip(3, frames, SIZE);
    }

    /**
     * Windows are of 5 frames, so that both ends are the clip's own; the last may look back on frames that are done.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 9})
    void doubleFrameRate_anyLength_keepsItsFramesAndPutsMeansBetween(int frames) {
        VideoClip clip = clip(frames);

        VideoClip doubled = generator.doubleFrameRate(
                clip, "a horse", new Doubling(LEAST), options().build());

        assertThat(doubled.frameCount()).isEqualTo(2 * frames - 1);
        assertThat(doubled.framesPerSecond()).isEqualTo(16);
        for (int frame = 0; frame < doubled.frameCount(); frame++) {
            RgbImage image = doubled.frames().get(frame);
            if (frame % 2 == 0) {
                assertThat(image).isSameAs(clip.frames().get(frame / 2));
            } else {
                assertThat(green(image)).as("frame " + frame).isCloseTo(4.0 * frame, within(LEFT_NOISE));
            }
        }
        assertThat(model.predictorShapes()).containsExactly(Shape.of(1, 4, Math.min(5, 2 * frames - 1), 4, 8));
        assertThat(model.openPredictors()).isZero();
    }

    @Test
    void doubleFrameRate_clipWithSeams_hasThemWhereTheirFramesAre() {
        VideoClip clip = clip(6).withProvenance(Map.of("seams", "2,5", "embeddings", "of a word that is gone"));

        VideoClip doubled = generator.doubleFrameRate(
                clip, "a horse", new Doubling(LEAST), options().build());

        assertThat(doubled.provenance()).containsEntry("seams", "4,10").doesNotContainKey("embeddings");
    }

    /** Mean green; the clip's frame f is green 8 f all over. */
    private static double green(RgbImage image) {
        double sum = 0;
        for (int y = 0; y < SIZE.height(); y++) {
            for (int x = 0; x < SIZE.width(); x++) {
                sum += image.valueAt(x, y, 1);
            }
        }
        return sum / SIZE.width() / SIZE.height();
    }

    @ParameterizedTest
    @CsvSource({"1, 50", "0.5, 25", "0.02, 1", "0.001, 1"})
    void doubleFrameRate_strength_isThePartOfTheStepsThatAreTaken(double strength, int steps) {
        generator.doubleFrameRate(
                clip(3), "a horse", new Doubling(strength), options().build());

        assertThat(timesteps).hasSize(steps);
        assertThat(timesteps.get(steps - 1)).isEqualTo(1);
    }

    @Test
    void doubleFrameRate_ownFrames_areHeldAtEveryStep() {
        generator.doubleFrameRate(
                clip(3), "a horse", Doubling.DEFAULT, options().build());

        assertThat(seen).hasSize(5);
        float[] first = seen.get(0).slice(2, 0, 1).toArray();
        for (FloatTensor latents : seen) {
            assertThat(latents.slice(2, 0, 1).toArray()).containsExactly(first);
        }
        // at timestep 1 there is next to no noise: frame 2 of the window is the clip's frame 1, green 8
        double sum = 0;
        for (int pixel = 0; pixel < 32; pixel++) {
            sum += seen.get(4).get(0, 1, 2, pixel / 8, pixel % 8) / 32;
        }
        assertThat((sum * 2 / 2 + 0.5) * 255).isCloseTo(8, within(LEFT_NOISE));
    }

    @ParameterizedTest
    @EnumSource(SamplerType.class)
    void doubleFrameRate_anySampler_beginsInTheMidst(SamplerType sampler) {
        VideoClip doubled = generator.doubleFrameRate(
                clip(3),
                "a horse",
                new Doubling(0.5),
                options().sampler(sampler).build());

        assertThat(doubled.frameCount()).isEqualTo(5);
        assertThat(timesteps).hasSize(25);
    }

    @Test
    void doubleFrameRate_whatDoesNotFit_isRefused() {
        GenerationOptions options = options().build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.doubleFrameRate(clip(1), "a horse", new Doubling(0.5), options))
                .withMessage("expected a clip of at least 2 frames and windows of at least 3, but was 1 and 6"
                        + " (doubleFrameRate)");
        for (double strength : new double[] {0, 1.01, Double.NaN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> generator.doubleFrameRate(clip(3), "a horse", new Doubling(strength), options))
                    .withMessage("expected a strength above 0 and up to 1, but was " + strength + " (doubleFrameRate)");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.doubleFrameRate(
                        FakeMediaFiles.clip(3, 3, new FrameSize(8, 8)), "a horse", new Doubling(0.5), options))
                .withMessage("expected a clip of the frame size 16x8, but was 8x8 (doubleFrameRate)");
    }
}
