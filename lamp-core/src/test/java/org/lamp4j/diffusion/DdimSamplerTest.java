package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;
import org.lamp4j.testing.Fixture;

class DdimSamplerTest {

    /** Fifty steps of float32 arithmetic, the noisiest of which divides by sqrt(ᾱ) of about 0.07. */
    private static final float ROUNDING = 2e-4f;

    private static final Shape LATENTS = Shape.of(1, 4, 3, 2, 2);

    private static NoiseSchedule schedule() throws IOException {
        return NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
    }

    private static FloatTensor random(String name) {
        return RandomSource.stream(7, name, 0).gaussian(LATENTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd14-mini", "odd-shapes"})
    void timesteps_fixture_areTheReferences(String name) throws IOException {
        Fixture fixture = Fixture.open(name);
        NoiseSchedule schedule = NoiseSchedule.read(fixture.model("scheduler"));

        DdimSampler sampler = DdimSampler.of(
                schedule, fixture.scalars().get("num_inference_steps").asInt());

        assertThat(sampler.timesteps()).containsExactly(fixture.ints("scheduler.ddim_timesteps"));
    }

    @Test
    void timesteps_fiftySteps_areThePapers() throws IOException {
        int[] timesteps = DdimSampler.of(schedule(), 50).timesteps();

        assertThat(timesteps).hasSize(50).startsWith(981, 961).endsWith(21, 1);
    }

    @Test
    void of_firstTimestepBeyondTheLast_isRefused() throws IOException {
        NoiseSchedule schedule = schedule();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> DdimSampler.of(schedule, 1000))
                .withMessage("expected sampling steps whose first timestep is at most 999, but 1000 steps begin at"
                        + " timestep 1000");
        assertThat(DdimSampler.of(schedule, 999).timesteps()[0]).isEqualTo(999);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1001})
    void of_impossibleNumberOfSteps_isRefused(int steps) throws IOException {
        NoiseSchedule schedule = schedule();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> DdimSampler.of(schedule, steps))
                .withMessage("expected 1 to 1000 sampling steps, but was " + steps);
    }

    @Test
    void step_trueNoise_reachesTheNoisyLatentOfTheNextTimestep() throws IOException {
        NoiseSchedule schedule = schedule();
        DdimSampler sampler = DdimSampler.of(schedule, 50);
        FloatTensor clean = random("clean");
        FloatTensor noise = random("noise");

        FloatTensor latents = schedule.addNoise(clean, noise, new int[] {981});
        for (int timestep : sampler.timesteps()) {
            latents = sampler.step(latents, noise, timestep);
            int reached = Math.max(0, sampler.previousTimestep(timestep));
            assertThat(latents.toArray())
                    .containsExactly(
                            schedule.addNoise(clean, noise, new int[] {reached}).toArray(), within(ROUNDING));
        }
    }

    @Test
    void stepBack_afterStep_returns() throws IOException {
        DdimSampler sampler = DdimSampler.of(schedule(), 20);
        FloatTensor latents = random("latents");
        FloatTensor noise = random("noise");

        FloatTensor forth = sampler.step(latents, noise, 501);

        assertThat(sampler.stepBack(forth, noise, 501).toArray()).containsExactly(latents.toArray(), within(1e-5f));
        assertThat(forth.toArray()).isNotEqualTo(latents.toArray());
    }

    @Test
    void step_unknownTimestep_isRefused() throws IOException {
        DdimSampler sampler = DdimSampler.of(schedule(), 20);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sampler.step(random("latents"), random("noise"), 500))
                .withMessage("expected one of the sampler's 20 timesteps from 951 down to 1, but was 500");
    }

    @Test
    void step_otherShapes_namesBoth() throws IOException {
        DdimSampler sampler = DdimSampler.of(schedule(), 20);

        assertThatThrownBy(() -> sampler.step(random("latents"), FloatTensor.zeros(Shape.of(1, 4)), 501))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected predicted noise [1, 4, 3, 2, 2], but was [1, 4] (DdimSampler.step)");
    }
}
