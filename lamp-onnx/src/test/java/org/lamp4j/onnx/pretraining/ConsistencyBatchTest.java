package org.lamp4j.onnx.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.diffusion.ConsistencyFunction;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

class ConsistencyBatchTest {

    private static final float CLEAN = 0.7f;
    private static final float NOISE = -1.3f;

    /** float32 of the schedule, at timestep 999 divided by 0.07. */
    private static final double ROUNDING = 1e-5;

    /** A network that says the truth: the step leads to the latents of s, and f to a mix of them and the clean ones. */
    @ParameterizedTest
    @EnumSource
    void factors_trueOutput_leadToTheCleanerLatentsAndToCleanOnes(PredictionType type) {
        NoiseSchedule schedule = NoiseSchedule.stableDiffusion(type);
        for (int[] way : new int[][] {{999, 979}, {499, 479}, {19, 0}}) {
            double[] factors = ConsistencyBatch.factors(schedule, way[0], way[1]);
            double noisy = noisy(schedule, way[0]);
            double cleaner = noisy(schedule, way[1]);

            double stepped = factors[0] * noisy + factors[1] * output(schedule, way[0]);
            double past = factors[2] * cleaner + factors[3] * output(schedule, way[1]);
            double student = factors[4] * noisy + factors[5] * output(schedule, way[0]);

            assertThat(stepped).isCloseTo(cleaner, within(ROUNDING));
            assertThat(past).isCloseTo(mix(way[1], cleaner), within(ROUNDING));
            assertThat(student).isCloseTo(mix(way[0], noisy), within(ROUNDING));
        }
        assertThat(ConsistencyBatch.factors(schedule, 19, 0)[2]).isEqualTo(1);
        assertThat(ConsistencyBatch.factors(schedule, 19, 0)[3]).isZero();
    }

    private static double noisy(NoiseSchedule schedule, int timestep) {
        return schedule.addNoise(single(CLEAN), single(NOISE), new int[] {timestep})
                .valueAt(0);
    }

    private static double output(NoiseSchedule schedule, int timestep) {
        return schedule.target(single(CLEAN), single(NOISE), new int[] {timestep})
                .valueAt(0);
    }

    private static double mix(int timestep, double noisy) {
        return ConsistencyFunction.skip(timestep) * noisy + ConsistencyFunction.out(timestep) * CLEAN;
    }

    private static FloatTensor single(float value) {
        return FloatTensor.of(Shape.of(1), value);
    }

    @Test
    void draw_images_areAsNoisyAsTheirTimesteps() {
        NoiseSchedule schedule = NoiseSchedule.stableDiffusion(PredictionType.EPSILON);
        FloatTensor clean = FloatTensor.zeros(Shape.of(64, 4, 8, 8));

        ConsistencyBatch batch = ConsistencyBatch.draw(
                schedule, clean, FloatTensor.zeros(Shape.of(64, 2, 3)), RandomSource.stream(1, "batch", 0));

        assertThat(batch.timesteps()).hasSize(64).allMatch(timestep -> timestep % 20 == 19 && timestep < 1000);
        assertThat(batch.timesteps().stream().distinct().count()).isGreaterThan(20);
        double squares = 0;
        double expected = 0;
        for (int image = 0; image < 64; image++) {
            expected += (1 - schedule.alphaCumprod(batch.timesteps().get(image))) / 64;
        }
        for (float value : batch.latents().toArray()) {
            squares += (double) value * value / (64 * 4 * 8 * 8);
        }
        assertThat(squares).isCloseTo(expected, within(0.05));
    }

    @Test
    void new_timestepsOfOtherNumber_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConsistencyBatch(
                        FloatTensor.zeros(Shape.of(2, 4, 8, 8)), List.of(19), FloatTensor.zeros(Shape.of(2, 2, 3))))
                .withMessage("expected a timestep and a caption for each of 2 images, but was 1 and 2"
                        + " (ConsistencyBatch)");
    }
}
