package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;
import org.lamp4j.testing.Fixture;

class EulerSamplerTest {

    /** float32 values of up to 16. */
    private static final float ROUNDING = 2e-5f;

    private NoiseSchedule schedule;

    @BeforeEach
    void readSchedule() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
    }

    private static FloatTensor random(String name) {
        return RandomSource.stream(7, name, 0).gaussian(Shape.of(1, 4, 3, 2, 2));
    }

    @Test
    void timesteps_severalSteps_areEvenAndEndAtZero() {
        assertThat(EulerSampler.of(schedule, 10).timesteps())
                .containsExactly(999, 888, 777, 666, 555, 444, 333, 222, 111, 0);
        assertThat(EulerSampler.of(schedule, 3).timesteps()).containsExactly(999, 500, 0);
        assertThat(EulerSampler.of(schedule, 1000).timesteps())
                .startsWith(999, 998)
                .endsWith(1, 0);
    }

    @Test
    void timesteps_oneStep_isTheNoisiest() {
        assertThat(EulerSampler.of(schedule, 1).timesteps()).containsExactly(999);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1001})
    void of_impossibleNumberOfSteps_isRefused(int steps) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EulerSampler.of(schedule, steps))
                .withMessage("expected 1 to 1000 sampling steps, but was " + steps);
    }

    /** Algorithm 1 of the paper by hand, in double precision; at timesteps 999, 500, 0 and the end without noise. */
    @Test
    void step_threeSteps_areThePapersEquations() {
        Sampler sampler = EulerSampler.of(schedule, 3);
        float[] predictedNoise = {0.8f, -0.4f, 0.25f};
        float[] expected = {6.085266f, 12.206584f, 12.204483f};

        SamplingState state = SamplingState.of(0, FloatTensor.of(Shape.of(1), 1.5f));
        for (int stepIndex = 0; stepIndex < 3; stepIndex++) {
            state = sampler.step(state, FloatTensor.of(Shape.of(1), predictedNoise[stepIndex]));
            assertThat(state.latents().valueAt(0)).isCloseTo(expected[stepIndex], within(ROUNDING));
        }
    }

    @Test
    void step_trueNoise_reachesTheNoisyLatentOfTheNextTimestep() {
        EulerSampler sampler = EulerSampler.of(schedule, 10);
        FloatTensor clean = random("clean");
        FloatTensor noise = random("noise");
        int[] timesteps = sampler.timesteps();

        SamplingState state = SamplingState.of(0, schedule.addNoise(clean, noise, new int[] {999}));
        for (int stepIndex = 1; stepIndex < 10; stepIndex++) {
            state = sampler.step(state, noise);
            assertThat(state.latents().toArray())
                    .containsExactly(
                            schedule.addNoise(clean, noise, new int[] {timesteps[stepIndex]})
                                    .toArray(),
                            within(ROUNDING));
        }
        assertThat(sampler.step(state, noise).latents().toArray()).containsExactly(clean.toArray(), within(ROUNDING));
    }

    @Test
    void step_otherShapes_namesBoth() {
        Sampler sampler = EulerSampler.of(schedule, 5);

        assertThatThrownBy(() -> sampler.step(SamplingState.of(0, random("x")), FloatTensor.zeros(Shape.of(1, 4))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected predicted noise [1, 4, 3, 2, 2], but was [1, 4] (EulerSampler.step)");
    }

    @Test
    void step_behindTheEnd_isRefused() {
        Sampler sampler = EulerSampler.of(schedule, 5);

        assertThatThrownBy(() -> sampler.step(SamplingState.of(5, random("x")), random("noise")))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
