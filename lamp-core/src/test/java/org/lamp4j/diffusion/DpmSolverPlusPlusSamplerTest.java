package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;
import org.lamp4j.testing.Fixture;

class DpmSolverPlusPlusSamplerTest {

    /** float32 values of up to 16. */
    private static final float ROUNDING = 2e-5f;

    private static final Shape ONE = Shape.of(1);

    @TempDir
    Path folder;

    private NoiseSchedule schedule;

    @BeforeEach
    void readSchedule() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
    }

    private static SamplingState step(Sampler sampler, SamplingState state, float predictedNoise) {
        return sampler.step(state, FloatTensor.of(ONE, predictedNoise));
    }

    private static SamplingState start(float latent) {
        return SamplingState.of(0, FloatTensor.of(ONE, latent));
    }

    private static float latent(SamplingState state) {
        return state.latents().valueAt(0);
    }

    @Test
    void timesteps_fifteenSteps_growCloserTowardsTheEnd() {
        assertThat(DpmSolverPlusPlusSampler.of(schedule, 15).timesteps())
                .containsExactly(999, 951, 898, 837, 768, 687, 594, 486, 367, 249, 146, 72, 30, 10, 3);
    }

    @Test
    void timesteps_oneStep_isTheNoisiest() {
        assertThat(DpmSolverPlusPlusSampler.of(schedule, 1).timesteps()).containsExactly(999);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 200, 500, 998, 999})
    void timesteps_moreThanThereAreAtLowNoise_areStillDifferent(int steps) {
        int[] timesteps = DpmSolverPlusPlusSampler.of(schedule, steps).timesteps();

        assertThat(timesteps).hasSize(steps).startsWith(999);
        for (int stepIndex = 1; stepIndex < steps; stepIndex++) {
            assertThat(timesteps[stepIndex]).isBetween(1, timesteps[stepIndex - 1] - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1000})
    void of_impossibleNumberOfSteps_isRefused(int steps) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DpmSolverPlusPlusSampler.of(schedule, steps))
                .withMessage("expected 1 to 999 sampling steps, but was " + steps);
    }

    /**
     * Algorithm 2 of the paper by hand, in double precision; at timesteps 999, 687, 146 and the end, that of timestep
     * 0.
     */
    @Test
    void step_threeSteps_areThePapersEquations() {
        Sampler sampler = DpmSolverPlusPlusSampler.of(schedule, 3);

        SamplingState first = step(sampler, start(1.5f), 0.8f);
        assertThat(first.previousClean().orElseThrow().valueAt(0)).isCloseTo(10.281507f, within(ROUNDING));
        assertThat(latent(first)).isCloseTo(3.858925f, within(ROUNDING));

        SamplingState second = step(sampler, first, -0.4f);
        assertThat(second.previousClean().orElseThrow().valueAt(0)).isCloseTo(14.081543f, within(ROUNDING));
        assertThat(latent(second)).isCloseTo(14.599135f, within(ROUNDING));

        SamplingState third = step(sampler, second, 0.25f);
        assertThat(latent(third)).isCloseTo(15.880397f, within(ROUNDING));
        assertThat(third.stepIndex()).isEqualTo(3);
    }

    @Test
    void step_scheduleThatEndsClean_endsAtThePredictedCleanLatents() throws IOException {
        Files.writeString(folder.resolve("scheduler_config.json"), """
                {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012,
                 "set_alpha_to_one": true}""");
        Sampler sampler = DpmSolverPlusPlusSampler.of(NoiseSchedule.read(folder), 2);

        SamplingState last = step(sampler, step(sampler, start(1.5f), 0.8f), -0.4f);

        assertThat(latent(last)).isEqualTo(last.previousClean().orElseThrow().valueAt(0));
    }

    @Test
    void step_withoutTheStepBefore_isRefused() {
        Sampler sampler = DpmSolverPlusPlusSampler.of(schedule, 5);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> step(sampler, SamplingState.of(2, FloatTensor.of(ONE, 1)), 0))
                .withMessage("expected the clean latents that step 1 predicted, but was a state without them"
                        + " (DpmSolverPlusPlusSampler.step)");
    }

    @Test
    void step_sameStateTwice_givesTheSame() {
        Sampler sampler = DpmSolverPlusPlusSampler.of(schedule, 5);
        SamplingState state = step(sampler, start(1), 0.5f);

        float once = latent(step(sampler, state, 0.3f));
        step(sampler, start(-7), 2);

        assertThat(latent(step(sampler, state, 0.3f))).isEqualTo(once);
    }

    @Test
    void step_latentsChangedInBetween_stillLooksBack() {
        Sampler sampler = DpmSolverPlusPlusSampler.of(schedule, 5);
        SamplingState state = step(sampler, start(1), 0.5f).withLatents(FloatTensor.of(ONE, 2));
        SamplingState otherPast = new SamplingState(1, state.latents(), Optional.of(FloatTensor.of(ONE, 9)));

        assertThat(latent(step(sampler, state, 0.3f))).isNotEqualTo(latent(step(sampler, otherPast, 0.3f)));
    }

    @Test
    void step_behindTheEnd_isRefused() {
        Sampler sampler = DpmSolverPlusPlusSampler.of(schedule, 1);

        assertThatThrownBy(() -> step(sampler, step(sampler, start(1), 0), 0))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void step_otherShapes_namesBoth() {
        Sampler sampler = DpmSolverPlusPlusSampler.of(schedule, 5);

        assertThatThrownBy(() -> sampler.step(start(1), FloatTensor.zeros(Shape.of(1, 4))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected predicted noise [1], but was [1, 4] (DpmSolverPlusPlusSampler.step)");
    }
}
