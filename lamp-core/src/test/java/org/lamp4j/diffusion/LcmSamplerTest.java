package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class LcmSamplerTest {

    /** float32 values of up to 16. */
    private static final float ROUNDING = 2e-5f;

    private static final NoiseSchedule SCHEDULE = NoiseSchedule.stableDiffusion(PredictionType.EPSILON);

    private static FloatTensor single(float value) {
        return FloatTensor.of(Shape.of(1), value);
    }

    @Test
    void timesteps_fewSteps_areSomeOfTheFiftyThatModelsAreDistilledAt() {
        assertThat(LcmSampler.of(SCHEDULE, 4).timesteps()).containsExactly(999, 759, 499, 259);
        assertThat(LcmSampler.of(SCHEDULE, 1).timesteps()).containsExactly(999);
        assertThat(LcmSampler.of(SCHEDULE, 8).timesteps()).containsExactly(999, 879, 759, 639, 499, 379, 259, 139);
        assertThat(LcmSampler.of(SCHEDULE, 50).timesteps()).startsWith(999, 979).endsWith(39, 19);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 51})
    void of_impossibleNumberOfSteps_isRefused(int steps) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LcmSampler.of(SCHEDULE, steps))
                .withMessage("expected 1 to 50 sampling steps, but was " + steps);
    }

    /** The paper's boundary: at timestep 0 the function is the identity, and its two factors have a norm of 1. */
    @Test
    void consistencyFunction_timestepZero_isTheIdentity() {
        assertThat(ConsistencyFunction.skip(0)).isEqualTo(1);
        assertThat(ConsistencyFunction.out(0)).isZero();
        assertThat(ConsistencyFunction.skip(1)).isCloseTo(0.25 / 100.25, within(1e-12));
        assertThat(ConsistencyFunction.out(1)).isCloseTo(10 / Math.sqrt(100.25), within(1e-12));
    }

    /** By hand, in double precision. */
    @Test
    void step_twoSteps_goToCleanLatentsAndBackToNoise() {
        Sampler sampler = LcmSampler.of(SCHEDULE, 2);
        List<Integer> asked = new ArrayList<>();
        FreshNoise fresh = stepIndex -> {
            asked.add(stepIndex);
            return single(-0.5f);
        };
        double alpha = SCHEDULE.alphaCumprod(999);
        double next = SCHEDULE.alphaCumprod(499);

        SamplingState state = sampler.step(SamplingState.of(0, single(1.5f)), single(1.4f), fresh);

        double clean = (1.5 - Math.sqrt(1 - alpha) * 1.4) / Math.sqrt(alpha);
        double noisy = Math.sqrt(next) * clean + Math.sqrt(1 - next) * -0.5;
        assertThat((double) state.latents().valueAt(0)).isCloseTo(noisy, within(1e-5));
        assertThat(state.stepIndex()).isEqualTo(1);

        SamplingState end = sampler.step(state, single(0.3f), fresh);

        assertThat((double) end.latents().valueAt(0))
                .isCloseTo((noisy - Math.sqrt(1 - next) * 0.3) / Math.sqrt(next), within(1e-5));
        assertThat(asked).containsExactly(0);
    }

    @Test
    void step_fiftiethStep_keepsAShareOfTheNoisyLatents() {
        Sampler sampler = LcmSampler.of(SCHEDULE, 50);
        double alpha = SCHEDULE.alphaCumprod(19);
        double clean = (1000 - Math.sqrt(1 - alpha) * -5000) / Math.sqrt(alpha);

        SamplingState end = sampler.step(SamplingState.of(49, single(1000)), single(-5000));

        double skip = 0.25 / (190 * 190 + 0.25);
        double expected = skip * 1000 + 190 / Math.sqrt(190 * 190 + 0.25) * clean;
        assertThat((double) end.latents().valueAt(0)).isCloseTo(expected, within(2e-4));
        assertThat(Math.abs(expected - clean)).isGreaterThan(1e-3);
    }

    @Test
    void step_noFreshNoise_isRefusedButForTheLast() {
        Sampler sampler = LcmSampler.of(SCHEDULE, 2);

        assertThatThrownBy(() -> sampler.step(SamplingState.of(0, single(1)), single(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "expected fresh noise after step 0 for a sampler that adds some, but was none (FreshNoise)");
        assertThat(sampler.step(SamplingState.of(1, single(0)), single(0))
                        .latents()
                        .valueAt(0))
                .isCloseTo(0, within(ROUNDING));
    }

    @Test
    void step_otherShapes_namesBoth() {
        Sampler sampler = LcmSampler.of(SCHEDULE, 2);

        assertThatThrownBy(() -> sampler.step(SamplingState.of(0, single(1)), FloatTensor.zeros(Shape.of(2))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected predicted noise [1], but was [2] (LcmSampler.step)");
        assertThatThrownBy(() -> sampler.step(
                        SamplingState.of(0, single(1)), single(1), stepIndex -> FloatTensor.zeros(Shape.of(2))))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected fresh noise [1], but was [2] (LcmSampler.step)");
    }
}
