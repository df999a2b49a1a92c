package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Sampling by v from a timestep at which there is no signal, with a network that knows the one latent there is. */
class PureNoiseSamplingTest {

    private static final NoiseSchedule SCHEDULE =
            NoiseSchedule.stableDiffusion(PredictionType.V_PREDICTION).withZeroTerminalSnr();

    private static final Shape LATENTS = Shape.of(1, 4, 2, 3, 3);
    private static final FloatTensor CLEAN = RandomSource.stream(3, "clean", 0).gaussian(LATENTS);
    private static final FloatTensor NOISE = RandomSource.stream(3, "noise", 0).gaussian(LATENTS);

    private static final int STEPS = 4;

    /** ᾱ₀ is 0.999, so that what is left of noise at the end of some samplers is √0.001 of it. */
    private static final float NOISE_LEFT = 0.15f;

    /** The same latent comes of v at the first step alone, but for the rounding of noise divided by 2⁻¹². */
    private static final float FROM_PURE_NOISE = 2e-3f;

    /** Returns v for the one clean latent: of x = αz + σε it is αε - σz. */
    private static FloatTensor velocity(FloatTensor latents, int timestep) {
        double alpha = SCHEDULE.alphaCumprod(timestep);
        double signal = Math.sqrt(alpha);
        double spread = Math.sqrt(1 - alpha);
        return FloatTensor.generate(LATENTS, index -> {
            double clean = CLEAN.valueAt(index);
            double noise = (latents.valueAt(index) - signal * clean) / spread;
            return (float) (signal * noise - spread * clean);
        });
    }

    private static FloatTensor sampled(Sampler sampler) {
        FreshNoise fresh =
                stepIndex -> RandomSource.stream(4, "fresh", stepIndex).gaussian(LATENTS);
        SamplingState state = SamplingState.of(0, NOISE);
        for (int timestep : sampler.timesteps()) {
            FloatTensor latents = state.latents();
            FloatTensor noise = SCHEDULE.predictedNoise(velocity(latents, timestep), latents, timestep);
            state = sampler.step(state, noise, fresh);
        }
        return state.latents();
    }

    @ParameterizedTest
    @EnumSource
    void step_fromNoSignal_endsAtTheLatent(SamplerType type) {
        Optional<TimestepSpacing> spacing =
                type.hasSpacings() ? Optional.of(TimestepSpacing.TRAILING) : Optional.empty();
        Sampler sampler = type.sampler(SCHEDULE, STEPS, spacing);

        assertThat(sampler.timesteps()[0]).isEqualTo(SCHEDULE.trainTimesteps() - 1);
        assertThat(sampled(sampler).toArray()).containsExactly(CLEAN.toArray(), within(NOISE_LEFT));
    }

    @ParameterizedTest
    @EnumSource
    void step_ownSpacing_endsAtTheLatent(SamplerType type) {
        assertThat(sampled(type.sampler(SCHEDULE, STEPS)).toArray())
                .containsExactly(CLEAN.toArray(), within(NOISE_LEFT));
    }

    @ParameterizedTest
    @EnumSource(TimestepSpacing.class)
    void step_eachSpacing_isFinite(TimestepSpacing spacing) {
        for (SamplerType type : SamplerType.values()) {
            if (type.hasSpacings()) {
                for (float value : sampled(type.sampler(SCHEDULE, STEPS, Optional.of(spacing)))
                        .toArray()) {
                    assertThat(value).as("%s %s", type, spacing).isFinite();
                }
            }
        }
    }

    @Test
    void predictedClean_ofTheLastTimestep_isTheLatent() {
        int last = SCHEDULE.trainTimesteps() - 1;
        FloatTensor noise = SCHEDULE.predictedNoise(velocity(NOISE, last), NOISE, last);

        assertThat(SCHEDULE.predictedClean(NOISE, noise, last).toArray())
                .containsExactly(CLEAN.toArray(), within(FROM_PURE_NOISE));
    }
}
