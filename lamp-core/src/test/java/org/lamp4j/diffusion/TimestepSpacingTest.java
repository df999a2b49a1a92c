package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

class TimestepSpacingTest {

    /** float32 values of up to 16. */
    private static final float ROUNDING = 2e-5f;

    private static final NoiseSchedule SCHEDULE = NoiseSchedule.stableDiffusion(PredictionType.EPSILON);

    @Test
    void timesteps_fourSteps_areThoseOfLinsTable() {
        assertThat(TimestepSpacing.TRAILING.timesteps(SCHEDULE, 4)).containsExactly(999, 749, 499, 249);
        assertThat(TimestepSpacing.LEADING.timesteps(SCHEDULE, 4)).containsExactly(751, 501, 251, 1);
        assertThat(TimestepSpacing.LINSPACE.timesteps(SCHEDULE, 4)).containsExactly(999, 666, 333, 0);
    }

    @Test
    void timesteps_trailingAndNoWholeStride_areRounded() {
        assertThat(TimestepSpacing.TRAILING.timesteps(SCHEDULE, 3)).containsExactly(999, 666, 332);
        assertThat(TimestepSpacing.TRAILING.timesteps(SCHEDULE, 1)).containsExactly(999);
        assertThat(TimestepSpacing.TRAILING.timesteps(SCHEDULE, 1000))
                .startsWith(999, 998)
                .endsWith(1, 0);
    }

    @ParameterizedTest
    @EnumSource
    void ofLabel_labelOfASpacing_findsIt(TimestepSpacing spacing) {
        assertThat(TimestepSpacing.ofLabel(spacing.toString())).isEqualTo(spacing);
    }

    @Test
    void ofLabel_unknown_namesThoseThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TimestepSpacing.ofLabel("even"))
                .withMessage("expected one of the timestep spacings leading, linspace, trailing, karras, but was even");
    }

    /** With the true noise each step leads to the noisy latents of the next timestep, so the last to clean ones. */
    @ParameterizedTest
    @EnumSource
    void step_trueNoiseWithAnySpacing_everySamplerReachesTheEnd(TimestepSpacing spacing) {
        FloatTensor clean = RandomSource.stream(7, "clean", 0).gaussian(Shape.of(8));
        FloatTensor noise = RandomSource.stream(7, "noise", 0).gaussian(Shape.of(8));
        for (SamplerType type :
                new SamplerType[] {SamplerType.DDIM, SamplerType.EULER, SamplerType.DPM_SOLVER_PLUS_PLUS}) {
            Sampler sampler = type.sampler(SCHEDULE, 5, Optional.of(spacing));
            int[] timesteps = sampler.timesteps();
            assertThat(timesteps).containsExactly(spacing.timesteps(SCHEDULE, 5));

            SamplingState state = SamplingState.of(0, noisy(clean, noise, timesteps[0]));
            for (int stepIndex = 1; stepIndex < 5; stepIndex++) {
                state = sampler.step(state, noise);
                assertThat(state.latents().toArray())
                        .as(type + " after step " + stepIndex)
                        .containsExactly(
                                noisy(clean, noise, timesteps[stepIndex]).toArray(), within(ROUNDING));
            }
            FloatTensor end = type == SamplerType.EULER ? clean : noisy(clean, noise, 0);
            assertThat(sampler.step(state, noise).latents().toArray())
                    .as(type.toString())
                    .containsExactly(end.toArray(), within(ROUNDING));
        }
    }

    private static FloatTensor noisy(FloatTensor clean, FloatTensor noise, int timestep) {
        NoiseLevel level = NoiseLevel.at(SCHEDULE, timestep);
        return clean.weighted((float) level.signal(), (float) level.spread(), noise);
    }

    @Test
    void stepBack_trailing_leadsBackToTheStart() {
        DdimSampler sampler = DdimSampler.of(SCHEDULE, 3, TimestepSpacing.TRAILING);
        FloatTensor latents = RandomSource.stream(7, "clean", 0).gaussian(Shape.of(8));
        FloatTensor noise = RandomSource.stream(7, "noise", 0).gaussian(Shape.of(8));

        assertThat(sampler.previousTimestep(999)).isEqualTo(666);
        assertThat(sampler.previousTimestep(332)).isNegative();
        assertThat(sampler.stepBack(sampler.step(latents, noise, 332), noise, 332)
                        .toArray())
                .containsExactly(latents.toArray(), within(ROUNDING));
    }

    @Test
    void sampler_lcmWithASpacing_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SamplerType.LCM.sampler(SCHEDULE, 4, Optional.of(TimestepSpacing.LEADING)))
                .withMessage("expected no timestep spacing for the sampler lcm, which has timesteps of its own, but was"
                        + " leading");
    }
}
