package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lamp4j.diffusion.DdimSampler;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;
import org.lamp4j.testing.FakeBackboneModel;
import org.lamp4j.testing.Fixture;

class DdimInversionTest {

    private static final Shape LATENTS = Shape.of(1, 4, 3, 2, 2);
    private static final FloatTensor CONTEXT = FloatTensor.zeros(Shape.of(1, 3, 1));

    private NoiseSchedule schedule;

    @BeforeEach
    void readSchedule() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
    }

    private FloatTensor invert(int steps, FloatTensor latents, FakeBackboneModel.Network network) {
        return DdimInversion.of(schedule, steps).invert(latents, predictor(network));
    }

    private GuidedPredictor predictor(FakeBackboneModel.Network network) {
        return GuidedPredictor.of(
                new FakeBackboneModel().network(network).noisePredictor(null, LATENTS),
                CONTEXT,
                new Guidance(1),
                schedule);
    }

    @Test
    void invert_constantNoise_isUndoneBySampling() {
        FloatTensor clean = RandomSource.stream(1, "clean", 0).gaussian(LATENTS);
        FloatTensor noise = RandomSource.stream(1, "noise", 0).gaussian(LATENTS);

        FloatTensor latents = invert(20, clean, (input, timesteps, context) -> noise);
        assertThat(latents.toArray()).isNotEqualTo(clean.toArray());
        DdimSampler sampler = DdimSampler.of(schedule, 20);
        for (int timestep : sampler.timesteps()) {
            latents = sampler.step(latents, noise, timestep);
        }

        assertThat(latents.toArray()).containsExactly(clean.toArray(), within(1e-3f));
    }

    @Test
    void invert_noNoise_scalesFromTheFinalAlphaToTheNoisiest() {
        FloatTensor clean = RandomSource.stream(1, "clean", 0).gaussian(LATENTS);

        FloatTensor latents = invert(8, clean, (input, timesteps, context) -> FloatTensor.zeros(LATENTS));

        float scale = (float) Math.sqrt(schedule.alphaCumprod(876) / schedule.alphaCumprod(-1));
        assertThat(latents.toArray()).containsExactly(clean.times(scale).toArray(), within(1e-5f));
    }

    @Test
    void invert_network_isGivenTheTimestepItGoesTo() {
        List<Integer> seen = new ArrayList<>();

        invert(4, FloatTensor.zeros(LATENTS), (input, timesteps, context) -> {
            assertThat(context).isSameAs(CONTEXT);
            seen.add(timesteps[0]);
            return input;
        });

        assertThat(seen).containsExactly(1, 251, 501, 751);
    }

    @Test
    void invert_listener_hearsOfEveryStepAndMayStop() {
        List<GenerationProgress> heard = new ArrayList<>();
        ProgressListener<GenerationProgress> listener = progress -> {
            heard.add(progress);
            return progress.step() == 3 ? Decision.STOP : Decision.CONTINUE;
        };
        GuidedPredictor predictor = predictor((input, timesteps, context) -> input);

        assertThatThrownBy(() -> DdimInversion.of(schedule, 4).invert(FloatTensor.zeros(LATENTS), predictor, listener))
                .isInstanceOf(StoppedException.class)
                .hasMessage("generation was stopped by its listener");
        assertThat(heard)
                .containsExactly(
                        new GenerationProgress.Inverting(1, 4),
                        new GenerationProgress.Inverting(2, 4),
                        new GenerationProgress.Inverting(3, 4));
    }

    @Test
    void invert_interrupted_isCancelledBeforeTheNextStepAndKeepsTheFlag() {
        List<Integer> seen = new ArrayList<>();

        assertThatThrownBy(() -> invert(4, FloatTensor.zeros(LATENTS), (input, timesteps, context) -> {
                    seen.add(timesteps[0]);
                    Thread.currentThread().interrupt();
                    return input;
                }))
                .isInstanceOf(StoppedException.class)
                .hasMessage("generation was stopped: the thread was interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(seen).hasSize(1);
    }

    @Test
    void invert_imagesInsteadOfClips_isRefused() {
        assertThatThrownBy(() -> invert(4, FloatTensor.zeros(Shape.of(1, 4, 2, 2)), (input, timesteps, c) -> input))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected latents [B, C, F, h, w], but was [1, 4, 2, 2] (DdimInversion.invert)");
    }
}
