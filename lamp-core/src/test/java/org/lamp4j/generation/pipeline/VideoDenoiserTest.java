package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.diffusion.DdimSampler;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.Sampler;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.Fixture;

class VideoDenoiserTest {

    /** Some steps of float32 arithmetic on values of about 1. */
    private static final float ROUNDING = 1e-3f;

    private static final Shape LATENTS = Shape.of(1, 4, 5, 3, 4);
    private static final FloatTensor CONTEXT = FloatTensor.zeros(Shape.of(2, 3, 1));

    @TempDir
    static Path folder;

    private NoiseSchedule schedule;

    @BeforeEach
    void readSchedule() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
    }

    private static GenerationOptions.Builder options() {
        return GenerationOptions.newBuilder().steps(10).guidanceScale(1);
    }

    private static FloatTensor random(String name, Shape shape) {
        return RandomSource.stream(3, name, 0).gaussian(shape);
    }

    private GuidedPredictor predictor(FakeBackboneModel.Network network) {
        return predictor(network, CONTEXT, 1);
    }

    private GuidedPredictor predictor(FakeBackboneModel.Network network, FloatTensor context, float guidanceScale) {
        return GuidedPredictor.of(
                new FakeBackboneModel().network(network).noisePredictor(null, LATENTS),
                context,
                new Guidance(guidanceScale),
                schedule);
    }

    private static double mean(FloatTensor latents, int channel, int frame) {
        FloatTensor plane = latents.slice(1, channel, channel + 1).slice(2, frame, frame + 1);
        double sum = 0;
        for (float value : plane.toArray()) {
            sum += value;
        }
        return sum / plane.shape().elementCount();
    }

    private static double variance(FloatTensor latents, int channel, int frame) {
        FloatTensor plane = latents.slice(1, channel, channel + 1).slice(2, frame, frame + 1);
        double mean = mean(latents, channel, frame);
        double sum = 0;
        for (float value : plane.toArray()) {
            sum += Math.pow(value - mean, 2);
        }
        return sum / (plane.shape().elementCount() - 1);
    }

    private static void assertSameStatistics(FloatTensor latents, int frame, int reference) {
        for (int channel = 0; channel < LATENTS.size(1); channel++) {
            assertThat(mean(latents, channel, frame)).isCloseTo(mean(latents, channel, reference), within(1e-5));
            assertThat(variance(latents, channel, frame))
                    .isCloseTo(variance(latents, channel, reference), within(1e-5));
        }
    }

    private static float[] frame(FloatTensor latents, int frame) {
        return latents.slice(2, frame, frame + 1).toArray();
    }

    @Test
    void initialLatents_sharing_mixesTheFirstFramesOwnNoise() {
        FloatTensor noise = random("noise", LATENTS);
        FloatTensor first = random("first", LATENTS.with(2, 1));

        FloatTensor latents =
                VideoDenoiser.of(schedule, options().noiseSharing(0.2f).build()).initialLatents(noise, first);

        assertThat(frame(latents, 0)).containsExactly(first.toArray());
        for (int frame = 1; frame < 5; frame++) {
            FloatTensor expected = noise.slice(2, 0, 1).weighted(0.2f, 0.8f, noise.slice(2, frame, frame + 1));
            assertThat(frame(latents, frame)).containsExactly(expected.toArray(), within(1e-6f));
        }
    }

    @Test
    void initialLatents_withoutSharing_keepsTheOtherFrames() {
        FloatTensor noise = random("noise", Shape.of(2, 4, 3, 2, 2));
        FloatTensor first = random("first", Shape.of(2, 4, 1, 2, 2));

        FloatTensor latents =
                VideoDenoiser.of(schedule, options().noiseSharing(0).build()).initialLatents(noise, first);

        assertThat(latents.slice(2, 1, 3).toArray())
                .containsExactly(noise.slice(2, 1, 3).toArray());
        assertThat(latents.slice(2, 0, 1).toArray()).containsExactly(first.toArray());
    }

    @Test
    void initialLatents_firstFrameOfAnotherSize_namesBothShapes() {
        VideoDenoiser denoiser = VideoDenoiser.of(schedule, options().build());

        assertThatThrownBy(() ->
                        denoiser.initialLatents(FloatTensor.zeros(LATENTS), FloatTensor.zeros(Shape.of(1, 4, 1, 3, 3))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected first frame's latent [1, 4, 1, 3, 4], but was [1, 4, 1, 3, 3]"
                        + " (VideoDenoiser.initialLatents)");
    }

    @Test
    void step_withoutAdaIn_isADdimStepOfAllFramesButTheFirst() {
        FloatTensor latents = random("latents", LATENTS);
        FloatTensor noise = random("noise", LATENTS);
        VideoDenoiser denoiser =
                VideoDenoiser.of(schedule, options().withoutAdaIn().build());

        FloatTensor next = denoiser.step(SamplingState.of(4, latents), predictor((input, timesteps, context) -> noise))
                .latents();

        DdimSampler sampler = DdimSampler.of(schedule, 10);
        FloatTensor expected = sampler.step(latents, noise, sampler.timesteps()[4]);
        assertThat(frame(next, 0)).containsExactly(frame(latents, 0));
        assertThat(next.slice(2, 1, 5).toArray())
                .containsExactly(expected.slice(2, 1, 5).toArray());
    }

    @Test
    void step_upToAdaInStart_givesLaterFramesTheStatisticsOfFrame1() {
        FloatTensor latents = random("latents", LATENTS);
        GuidedPredictor predictor = predictor((input, timesteps, context) -> input.times(0.1f));

        FloatTensor next = VideoDenoiser.of(schedule, options().adaInStart(0.4).build())
                .step(SamplingState.of(4, latents), predictor)
                .latents();
        FloatTensor without = VideoDenoiser.of(
                        schedule, options().withoutAdaIn().build())
                .step(SamplingState.of(4, latents), predictor)
                .latents();

        assertThat(frame(next, 1)).containsExactly(frame(without, 1));
        for (int frame = 2; frame < 5; frame++) {
            assertSameStatistics(next, frame, 1);
        }
        assertThat(mean(next, 0, 1)).isNotCloseTo(mean(next, 0, 0), within(1e-3));
    }

    @Test
    void step_afterAdaInStart_givesAllFramesTheStatisticsOfFrame0() {
        GuidedPredictor predictor = predictor((input, timesteps, context) -> input.times(0.1f));

        FloatTensor next = VideoDenoiser.of(schedule, options().adaInStart(0.4).build())
                .step(SamplingState.of(5, random("latents", LATENTS)), predictor)
                .latents();

        for (int frame = 1; frame < 5; frame++) {
            assertSameStatistics(next, frame, 0);
        }
    }

    @Test
    void finish_adaIn_givesAllFramesTheStatisticsOfFrame0() {
        FloatTensor latents = random("latents", LATENTS).times(3);

        FloatTensor finished = VideoDenoiser.of(schedule, options().build()).finish(latents);

        assertThat(frame(finished, 0)).containsExactly(frame(latents, 0));
        for (int frame = 1; frame < 5; frame++) {
            assertSameStatistics(finished, frame, 0);
            assertThat(frame(finished, frame)).isNotEqualTo(frame(latents, frame));
        }
    }

    @Test
    void finish_withoutAdaIn_changesNothing() {
        FloatTensor latents = random("latents", LATENTS);

        assertThat(VideoDenoiser.of(schedule, options().withoutAdaIn().build()).finish(latents))
                .isSameAs(latents);
    }

    @Test
    void finish_flatFrames_staysFinite() {
        FloatTensor flat = FloatTensor.generate(Shape.of(1, 4, 3, 1, 1), index -> index);

        FloatTensor finished = VideoDenoiser.of(schedule, options().build()).finish(flat);

        assertThat(frame(finished, 2)).containsExactly(frame(flat, 0));
    }

    @Test
    void step_guidance_runsBothBranchesInOneBatch() {
        FloatTensor latents = random("latents", LATENTS);
        List<Shape> shapes = new ArrayList<>();
        FloatTensor context = FloatTensor.of(Shape.of(2, 1, 1), 1, 3);
        VideoDenoiser denoiser = VideoDenoiser.of(
                schedule,
                GenerationOptions.newBuilder().steps(10).withoutAdaIn().build());

        FloatTensor guided = denoiser.step(
                        SamplingState.of(2, latents),
                        predictor(
                                (input, timesteps, text) -> {
                                    shapes.add(input.shape());
                                    assertThat(input.slice(0, 0, 1).toArray()).containsExactly(latents.toArray());
                                    assertThat(input.slice(0, 1, 2).toArray()).containsExactly(latents.toArray());
                                    assertThat(timesteps).containsExactly(701, 701);
                                    int half = (int) latents.shape().elementCount();
                                    return FloatTensor.generate(input.shape(), index -> text.valueAt(index / half));
                                },
                                context,
                                5))
                .latents();

        FloatTensor noise = FloatTensor.generate(LATENTS, index -> 1 + 5 * 2);
        FloatTensor expected = DdimSampler.of(schedule, 10).step(latents, noise, 701);
        assertThat(shapes).containsExactly(LATENTS.with(0, 2));
        assertThat(guided.slice(2, 1, 5).toArray())
                .containsExactly(expected.slice(2, 1, 5).toArray());
    }

    @ParameterizedTest
    @EnumSource
    void step_allSteps_reachTheClipThatThePredictorSees(SamplerType sampler) {
        FloatTensor clip = random("clip", LATENTS);
        VideoDenoiser denoiser = VideoDenoiser.of(
                schedule, options().sampler(sampler).withoutAdaIn().build());

        FloatTensor latents =
                run(denoiser, clip, predictor((input, timesteps, context) -> noiseOver(clip, input, timesteps[0])));

        FloatTensor left = schedule.addNoise(clip, FloatTensor.zeros(LATENTS), new int[] {0});
        // What is left of the noise at timestep 0: sqrt(1 - 0.99915) times a value of about 1.
        assertThat(latents.toArray()).containsExactly(left.toArray(), within(0.15f));
    }

    /** A clean end (set_alpha_to_one) leaves no noise at all; the velocity model must arrive at the same place. */
    @ParameterizedTest
    @EnumSource
    void step_velocityModel_reachesTheClipToo(SamplerType sampler) throws IOException {
        Files.writeString(folder.resolve("scheduler_config.json"), """
                {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "steps_offset": 1,
                 "set_alpha_to_one": true, "prediction_type": "v_prediction"}""");
        schedule = NoiseSchedule.read(folder);
        FloatTensor clip = random("clip", LATENTS);
        VideoDenoiser denoiser = VideoDenoiser.of(
                schedule, options().sampler(sampler).withoutAdaIn().build());

        FloatTensor latents = run(
                denoiser,
                clip,
                predictor((input, timesteps, context) ->
                        schedule.target(clip, noiseOver(clip, input, timesteps[0]), timesteps)));

        assertThat(latents.toArray()).containsExactly(clip.toArray(), within(ROUNDING));
    }

    /**
     * The first step that begins after six tenths of all timesteps: LAMP's own, and that of the same noise elsewhere.
     */
    @ParameterizedTest
    @CsvSource({
        "DDIM, 50, 31",
        "DPM_SOLVER_PLUS_PLUS, 15, 8",
        "DDIM, 20, 13",
        "EULER, 50, 30",
        "LCM, 4, 3",
        "DDIM, 1, 1"
    })
    void step_adaInStartOfThePaper_isTheSameNoiseForAnyNumberOfSteps(SamplerType sampler, int steps, int first) {
        VideoDenoiser denoiser = VideoDenoiser.of(
                schedule,
                GenerationOptions.newBuilder()
                        .sampler(sampler)
                        .steps(steps)
                        .guidanceScale(1)
                        .build());
        GuidedPredictor predictor = predictor((input, timesteps, context) -> input.times(0.1f));
        FloatTensor latents = random("latents", LATENTS);
        int[] adapted = IntStream.range(0, steps)
                .filter(stepIndex -> {
                    FloatTensor next = denoiser.step(
                                    new SamplingState(stepIndex, latents, Optional.of(latents)), predictor)
                            .latents();
                    return Math.abs(mean(next, 0, 1) - mean(next, 0, 0)) < 1e-4;
                })
                .toArray();

        assertThat(adapted).containsExactly(IntStream.range(first, steps).toArray());
    }

    @Test
    void step_lcm_freshNoiseIsSharedAndOfTheSeedTheStepAndTheRun() {
        FloatTensor latents = random("latents", LATENTS);
        GuidedPredictor predictor = predictor((input, timesteps, context) -> input);
        GenerationOptions whole = options()
                .sampler(SamplerType.LCM)
                .noiseSharing(1)
                .withoutAdaIn()
                .build();
        GenerationOptions part = whole.toBuilder().noiseSharing(0.2f).build();
        GenerationOptions none = whole.toBuilder().noiseSharing(0).build();
        SamplingState start = SamplingState.of(0, latents);

        FloatTensor own =
                VideoDenoiser.of(schedule, none).step(start, predictor).latents();
        FloatTensor shared =
                VideoDenoiser.of(schedule, whole).step(start, predictor).latents();
        FloatTensor mixed =
                VideoDenoiser.of(schedule, part).step(start, predictor).latents();

        assertThat(frame(own, 0)).containsExactly(frame(latents, 0));
        assertThat(mixed.slice(2, 1, 5).toArray())
                .containsExactly(
                        shared.slice(2, 1, 5)
                                .weighted(0.2f, 0.8f, own.slice(2, 1, 5))
                                .toArray(),
                        within(1e-4f));
        FloatTensor difference = own.minus(shared);
        assertThat(Math.sqrt(variance(difference, 0, 1))).isGreaterThan(0.5);
        assertThat(VideoDenoiser.of(schedule, none)
                        .step(start, predictor, 0)
                        .latents()
                        .toArray())
                .containsExactly(own.toArray());
        assertThat(VideoDenoiser.of(schedule, none).step(start, predictor, 1).latents())
                .isNotEqualTo(own);
        assertThat(VideoDenoiser.of(schedule, none.toBuilder().seed(5).build())
                        .step(start, predictor)
                        .latents())
                .isNotEqualTo(own);
    }

    @Test
    void step_samplerThatLooksBack_isHandedTheStepBefore() {
        GuidedPredictor predictor = predictor((input, timesteps, context) -> input.times(0.4f));
        VideoDenoiser denoiser = VideoDenoiser.of(
                schedule,
                options()
                        .sampler(SamplerType.DPM_SOLVER_PLUS_PLUS)
                        .adaInStart(1)
                        .build());
        Sampler sampler = SamplerType.DPM_SOLVER_PLUS_PLUS.sampler(schedule, 10);

        SamplingState before = denoiser.step(SamplingState.of(0, random("latents", LATENTS)), predictor);
        SamplingState after = denoiser.step(before, predictor);

        FloatTensor expected =
                sampler.step(before, before.latents().times(0.4f)).latents();
        assertThat(frame(after.latents(), 0)).containsExactly(frame(before.latents(), 0));
        assertThat(frame(after.latents(), 1)).containsExactly(frame(expected, 1));
        assertSameStatistics(after.latents(), 4, 1);
    }

    @Test
    void step_samplerThatLooksBackWithoutAPast_isRefused() {
        VideoDenoiser denoiser = VideoDenoiser.of(
                schedule, options().sampler(SamplerType.DPM_SOLVER_PLUS_PLUS).build());

        assertThatThrownBy(() -> denoiser.step(
                        SamplingState.of(3, FloatTensor.zeros(LATENTS)),
                        predictor((input, timesteps, context) -> input)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected the clean latents that step 2 predicted");
    }

    private static FloatTensor run(VideoDenoiser denoiser, FloatTensor clip, GuidedPredictor predictor) {
        SamplingState state =
                SamplingState.of(0, denoiser.initialLatents(random("noise", LATENTS), clip.slice(2, 0, 1)));
        while (state.stepIndex() < denoiser.stepCount()) {
            state = denoiser.step(state, predictor);
        }
        return state.latents();
    }

    /** The noise that lies over a known clip: (z - sqrt(ᾱ) clip) / sqrt(1 - ᾱ). */
    private FloatTensor noiseOver(FloatTensor clip, FloatTensor noisy, int timestep) {
        double alpha = schedule.alphaCumprod(timestep);
        return noisy.weighted(
                (float) (1 / Math.sqrt(1 - alpha)), (float) (-Math.sqrt(alpha) / Math.sqrt(1 - alpha)), clip);
    }

    @Test
    void step_unknownIndex_isRefused() {
        VideoDenoiser denoiser = VideoDenoiser.of(schedule, options().build());

        assertThatThrownBy(() -> denoiser.step(
                        SamplingState.of(10, FloatTensor.zeros(LATENTS)),
                        predictor((input, timesteps, context) -> input)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void finish_latentsWithoutFrames_isRefused() {
        VideoDenoiser denoiser = VideoDenoiser.of(schedule, options().build());

        assertThatThrownBy(() -> denoiser.finish(FloatTensor.zeros(Shape.of(1, 4, 3, 4))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected latents [B, C, F, h, w], but was [1, 4, 3, 4] (VideoDenoiser.finish)");
    }
}
