package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.diffusion.TimestepSpacing;
import org.lamp4j.errors.NonFiniteException;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.progress.Decision;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.Fixture;

/** The prompts are encoded as their lengths. */
class ImageGeneratorTest {

    private static final FrameSize SIZE = new FrameSize(8, 4);
    private static final List<String> PROMPTS = List.of("a", "bbb");

    /** Colours after the last step are up to 3 % of the remaining noise off, and 8-bit values are cut. */
    private static final int COLOUR_LEVELS = 30;

    private final FakeBackboneModel model = new FakeBackboneModel();
    private NoiseSchedule schedule;
    private ImageGenerator generator;

    @BeforeEach
    void createGenerator() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
        model.network((latents, timesteps, context) -> latents.times(0.5f));
        generator = new ImageGenerator(
                new FrozenModel(model, schedule, prompt -> FloatTensor.of(Shape.of(1, 1, 1), prompt.length())));
    }

    private static GenerationOptions.Builder options() {
        return GenerationOptions.newBuilder().frameSize(SIZE).steps(3);
    }

    private static byte[][] bytes(List<RgbImage> images) {
        return images.stream().map(RgbImage::toRgbBytes).toArray(byte[][]::new);
    }

    // --- what the network is given ---

    @Test
    void generate_withoutGuidance_oneImageForEachPrompt() {
        model.network((latents, timesteps, context) -> {
            assertThat(context.toArray()).containsExactly(1, 3);
            assertThat(latents.shape()).isEqualTo(Shape.of(2, 4, 1, 2, 4));
            assertThat(timesteps).hasSize(2);
            return latents;
        });

        List<RgbImage> images =
                generator.generate(PROMPTS, options().guidanceScale(1).build());

        assertThat(images).hasSize(2).extracting(RgbImage::size).containsOnly(SIZE);
        assertThat(model.predictorShapes()).containsExactly(Shape.of(2, 4, 1, 2, 4));
        assertThat(model.openPredictors()).isZero();
    }

    @Test
    void generate_guidance_negativePromptOfEachImageFirst() {
        model.network((latents, timesteps, context) -> {
            assertThat(context.toArray()).containsExactly(7, 7, 1, 3);
            assertThat(timesteps).hasSize(4).containsOnly(timesteps[0]);
            assertThat(latents.slice(0, 0, 2).toArray())
                    .containsExactly(latents.slice(0, 2, 4).toArray());
            return latents;
        });

        generator.generate(
                PROMPTS, options().guidanceScale(2).negativePrompt("blurred").build());

        assertThat(model.predictorShapes()).containsExactly(Shape.of(4, 4, 1, 2, 4));
    }

    @Test
    void generate_timesteps_areTheSamplersFromMuchNoiseToLittle() {
        List<Integer> heard = new ArrayList<>();
        model.network((latents, timesteps, context) -> {
            heard.add(timesteps[0]);
            return latents;
        });

        generator.generate(PROMPTS, options().build());

        assertThat(heard).hasSize(3).isSortedAccordingTo((one, other) -> other - one);
        assertThat(heard.get(0)).isGreaterThan(600);
        assertThat(heard.get(2)).isLessThan(10);
    }

    // --- what becomes of its output ---

    /** 0.1 + 3 (0.3 - 0.1) = 0.7. */
    @Test
    void generate_timestepSpacing_isTheOneAskedFor() {
        List<Integer> heard = new ArrayList<>();
        model.network((latents, timesteps, context) -> {
            heard.add(timesteps[0]);
            return latents;
        });

        generator.generate(
                PROMPTS, options().timestepSpacing(TimestepSpacing.TRAILING).build());

        assertThat(heard).containsExactly(999, 666, 332);
    }

    /** A network that sees nothing but noise: what is left before each step is the noise that was added. */
    @Test
    void generate_lcm_eachStepBeginsWithNoiseOfItsOwn() {
        List<FloatTensor> heard = new ArrayList<>();
        model.network((latents, timesteps, context) -> {
            heard.add(latents);
            return latents.times(1 / (float) Math.sqrt(1 - schedule.alphaCumprod(timesteps[0])));
        });
        GenerationOptions lcm =
                options().sampler(SamplerType.LCM).guidanceScale(1).build();

        generator.generate(PROMPTS, lcm);
        generator.generate(PROMPTS, lcm);
        generator.generate(PROMPTS, lcm.toBuilder().seed(8).build());

        assertThat(heard).hasSize(9);
        assertThat(heard.subList(3, 6)).isEqualTo(heard.subList(0, 3));
        assertThat(heard.get(7)).isNotEqualTo(heard.get(1));
        assertThat(heard.get(1).slice(0, 0, 1).toArray())
                .isNotEqualTo(heard.get(1).slice(0, 1, 2).toArray());
        for (int step = 1; step < 3; step++) {
            double spread = Math.sqrt(1 - schedule.alphaCumprod(step == 1 ? 679 : 339));
            double squares = 0;
            for (float value : heard.get(step).toArray()) {
                squares += value * value / 64;
            }
            assertThat(Math.sqrt(squares) / spread).isCloseTo(1, within(0.3));
            assertThat(heard.get(step)).isNotEqualTo(heard.get(step - 1));
        }
    }

    /** A tenth of the latents without a prompt, three tenths with it. */
    private static FloatTensor noiseOfEachBranch(FloatTensor latents, int[] timesteps, FloatTensor context) {
        return FloatTensor.concat(
                0,
                List.of(
                        latents.slice(0, 0, 2).times(0.1f),
                        latents.slice(0, 2, 4).times(0.3f)));
    }

    @Test
    void generate_guidance_exaggeratesWhatThePromptAdds() {
        model.network(ImageGeneratorTest::noiseOfEachBranch);
        List<RgbImage> guided =
                generator.generate(PROMPTS, options().guidanceScale(3).build());

        model.network((latents, timesteps, context) -> latents.times(0.7f));
        List<RgbImage> expected =
                generator.generate(PROMPTS, options().guidanceScale(1).build());

        assertThat(bytes(guided)).isDeepEqualTo(bytes(expected));
    }

    @Test
    void generate_guidanceStart_noisierStepsTakeThePromptAsItIs() {
        model.network(ImageGeneratorTest::noiseOfEachBranch);
        List<RgbImage> guided = generator.generate(
                PROMPTS, options().guidanceScale(3).guidanceStart(0.4).build());

        model.network((latents, timesteps, context) -> latents.times(timesteps[0] > 600 ? 0.3f : 0.7f));
        List<RgbImage> expected =
                generator.generate(PROMPTS, options().guidanceScale(1).build());

        assertThat(bytes(guided)).isDeepEqualTo(bytes(expected));
    }

    /** A network that sees a clean latent of -0.2 for the first prompt and 0.2 for the second behind all noise. */
    @Test
    void generate_severalPrompts_eachImageShowsItsOwn() {
        model.network((latents, timesteps, context) -> {
            float signal = (float) Math.sqrt(schedule.alphaCumprod(timesteps[0]));
            float spread = (float) Math.sqrt(1 - schedule.alphaCumprod(timesteps[0]));
            int perImage = (int) (latents.shape().elementCount() / 2);
            return FloatTensor.generate(latents.shape(), index -> {
                float clean = 0.2f * (context.valueAt(index / perImage) - 2);
                return (latents.valueAt(index) - signal * clean) / spread;
            });
        });

        List<RgbImage> images =
                generator.generate(PROMPTS, options().guidanceScale(1).build());

        // the codec doubles a latent into a pixel of -1 to 1, which becomes 0 to 255
        assertThat(images.get(0).valueAt(3, 1, 0)).isBetween(77 - COLOUR_LEVELS, 77 + COLOUR_LEVELS);
        assertThat(images.get(1).valueAt(3, 1, 0)).isBetween(178 - COLOUR_LEVELS, 178 + COLOUR_LEVELS);
    }

    @Test
    void generate_sameSeed_givesTheSameBytes() {
        byte[][] once = bytes(generator.generate(PROMPTS, options().seed(5).build()));
        byte[][] again = bytes(generator.generate(PROMPTS, options().seed(5).build()));
        byte[][] other = bytes(generator.generate(PROMPTS, options().seed(6).build()));

        assertThat(again).isDeepEqualTo(once);
        assertThat(Arrays.deepEquals(other, once)).isFalse();
        assertThat(once[0]).isNotEqualTo(once[1]);
    }

    @Test
    void generate_severalPrompts_decodesOneImageAtATime() {
        generator.generate(PROMPTS, options().build());

        assertThat(model.fakeCodec().largestBatch()).isEqualTo(1);
    }

    // --- progress and stopping ---

    @Test
    void generate_listener_hearsOfEveryStepAndImage() {
        HeardProgress heard = new HeardProgress();

        generator.generate(PROMPTS, options().listener(heard).build());

        assertThat(heard.all())
                .containsExactly("Denoising 1/3", "Denoising 2/3", "Denoising 3/3", "Decoding 1/2", "Decoding 2/2");
    }

    @Test
    void generate_listenerStops_isCancelledAndClosesThePredictor() {
        GenerationOptions options = options()
                .listener(progress -> progress.step() == 2 ? Decision.STOP : Decision.CONTINUE)
                .build();

        assertThatThrownBy(() -> generator.generate(PROMPTS, options))
                .isInstanceOf(StoppedException.class)
                .hasMessage("generation was stopped by its listener");
        assertThat(model.predictorShapes()).hasSize(1);
        assertThat(model.openPredictors()).isZero();
    }

    @Test
    void generate_interrupted_isCancelledAndKeepsTheFlag() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> generator.generate(PROMPTS, options().build()))
                .isInstanceOf(StoppedException.class)
                .hasMessage("generation was stopped: the thread was interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(model.openPredictors()).isZero();
    }

    // --- refusals ---

    @Test
    void generate_noPrompt_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.generate(List.of(), options().build()))
                .withMessage("expected a prompt, but was none (ImageGenerator.generate)");
    }

    @Test
    void generate_sizeOffTheGrid_namesTheNearest() {
        GenerationOptions options =
                GenerationOptions.newBuilder().frameSize(new FrameSize(9, 4)).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.generate(PROMPTS, options))
                .withMessage("expected a frame size whose sides are multiples of 2, such as 8x4 or 10x4, but was 9x4");
    }

    @Test
    void generate_moreStepsThanTheSchedule_isRefused() {
        GenerationOptions options =
                GenerationOptions.newBuilder().frameSize(SIZE).steps(1001).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> generator.generate(PROMPTS, options))
                .withMessage("expected 1 to 1000 sampling steps, but was 1001");
        assertThat(model.openPredictors()).isZero();
    }

    @Test
    void generate_networkGivesNaN_saysAtWhichStep() {
        model.network(
                (latents, timesteps, context) -> timesteps[0] < 600 ? latents.times(Float.NaN) : latents.times(0.5f));

        assertThatThrownBy(() -> generator.generate(PROMPTS, options().build()))
                .isInstanceOf(NonFiniteException.class)
                .hasMessageStartingWith("expected finite latents after step ");
        assertThat(model.openPredictors()).isZero();
    }
}
