package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.testing.Fixture;

/** Holds samplers against exact solutions, with networks that make no errors. */
class SamplerAccuracyTest {

    /** Orders are limits; over a finite number of steps, at rounded timesteps, they are met to about a tenth. */
    private static final double ORDER_TOLERANCE = 0.25;

    /** Measured: 0.0156 against 0.0197, with values of about 1. */
    private static final double CLEARLY = 0.9;

    private static final GaussianMixture ONE_COMPONENT = new GaussianMixture(0.6, 0.5);
    private static final GaussianMixture TWO_COMPONENTS = new GaussianMixture(0.3, -1, 1);
    private static final FloatTensor NOISE = RandomSource.stream(11, "noise", 0).gaussian(Shape.of(2000));

    private NoiseSchedule schedule;

    @BeforeEach
    void readSchedule() throws IOException {
        schedule = NoiseSchedule.read(Fixture.open("sd14-mini").model("scheduler"));
    }

    private static double distance(FloatTensor left, FloatTensor right) {
        FloatTensor difference = left.minus(right);
        double sum = 0;
        for (float value : difference.toArray()) {
            sum += value * value;
        }
        return Math.sqrt(sum / difference.shape().elementCount());
    }

    /** Returns how far half of the steps lead away from the exact path. At the end of it, steps are too long in λ. */
    private double errorHalfWay(SamplerType type, int steps) {
        Sampler sampler = type.sampler(schedule, steps);
        int[] timesteps = sampler.timesteps();
        FloatTensor reached =
                ONE_COMPONENT.sample(sampler, schedule, NOISE, steps / 2).latents();
        FloatTensor exact = ONE_COMPONENT.follow(
                NOISE, NoiseLevel.at(schedule, timesteps[0]), NoiseLevel.at(schedule, timesteps[steps / 2]));
        return distance(reached, exact);
    }

    private double order(SamplerType type) {
        return Math.log(errorHalfWay(type, 20) / errorHalfWay(type, 80)) / Math.log(4);
    }

    @ParameterizedTest
    @EnumSource(
            value = SamplerType.class,
            names = {"DDIM", "EULER"})
    void step_fourTimesAsManySteps_errorFallsInFirstOrder(SamplerType type) {
        assertThat(order(type)).isCloseTo(1, within(ORDER_TOLERANCE));
    }

    @Test
    void step_fourTimesAsManyStepsOfDpmSolver_errorFallsInSecondOrder() {
        assertThat(order(SamplerType.DPM_SOLVER_PLUS_PLUS)).isCloseTo(2, within(ORDER_TOLERANCE));
    }

    @Test
    void step_twoComponents_fifteenStepsOfDpmSolverAreNearerThanFiftyOfDdim() {
        FloatTensor finest = result(SamplerType.DPM_SOLVER_PLUS_PLUS, 999);
        double dpmSolver = distance(result(SamplerType.DPM_SOLVER_PLUS_PLUS, 15), finest);
        double ddim = distance(result(SamplerType.DDIM, 50), finest);

        assertThat(dpmSolver).isLessThan(CLEARLY * ddim);
    }

    private FloatTensor result(SamplerType type, int steps) {
        return TWO_COMPONENTS
                .sample(type.sampler(schedule, steps), schedule, NOISE, steps)
                .latents();
    }
}
