package org.lamp4j.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;
import org.lamp4j.testing.Fixture;

class NoiseScheduleTest {

    private static final String STABLE_DIFFUSION = """
            {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, "steps_offset": 1,
             "num_train_timesteps": 1000, "set_alpha_to_one": false, "prediction_type": "PREDICTION"}""";

    /** A sum of a few products of float32 values of about 1. */
    private static final float ROUNDING = 1e-5f;

    /** The rounding of a float32 of up to 4, divided by 2^-12. */
    private static final double DIVIDED_ROUNDING = 2e-3;

    private static final Shape LATENTS = Shape.of(2, 4, 3, 2, 2);

    @TempDir
    Path folder;

    private NoiseSchedule schedule(String json) throws IOException {
        Files.writeString(folder.resolve("scheduler_config.json"), json);
        return NoiseSchedule.read(folder);
    }

    private NoiseSchedule stableDiffusion(PredictionType type) throws IOException {
        return schedule(STABLE_DIFFUSION.replace("PREDICTION", type.configName()));
    }

    private static FloatTensor random(String name) {
        return RandomSource.stream(7, name, 0).gaussian(LATENTS);
    }

    @ParameterizedTest
    @EnumSource
    void stableDiffusion_either_isThatOfTheConfiguration(PredictionType type) throws IOException {
        NoiseSchedule read = stableDiffusion(type);
        NoiseSchedule made = NoiseSchedule.stableDiffusion(type);

        assertThat(made.alphasCumprod().toArray())
                .containsExactly(read.alphasCumprod().toArray());
        assertThat(made.description()).isEqualTo(read.description());
        assertThat(made.predictionType()).isEqualTo(type);
        assertThat(made.stepsOffset()).isEqualTo(1);
        assertThat(made.alphaCumprod(-1)).isEqualTo(read.alphaCumprod(-1));
    }

    /** Algorithm 1 of Lin et al.: √ᾱ is shifted by its last value and scaled back to its first. */
    @Test
    void withZeroTerminalSnr_stableDiffusion_keepsTheFirstAndEndsInNoise() {
        NoiseSchedule plain = NoiseSchedule.stableDiffusion(PredictionType.V_PREDICTION);
        NoiseSchedule rescaled = plain.withZeroTerminalSnr();

        double first = Math.sqrt(plain.alphaCumprod(0));
        double last = Math.sqrt(plain.alphaCumprod(999));
        double expected = (Math.sqrt(plain.alphaCumprod(500)) - last) * first / (first - last);
        assertThat(rescaled.alphaCumprod(0)).isCloseTo(plain.alphaCumprod(0), within(ROUNDING));
        assertThat(Math.sqrt(rescaled.alphaCumprod(500))).isCloseTo(expected, within((double) ROUNDING));
        assertThat(rescaled.alphaCumprod(999)).isEqualTo(0x1p-24f);
        assertThat(rescaled.description()).isNotEqualTo(plain.description());
    }

    /** The last value of the reference is 0. */
    @Test
    void withZeroTerminalSnr_stableDiffusion_matchesReference() {
        Fixture fixture = Fixture.open("sd2-form");
        NoiseSchedule plain = NoiseSchedule.stableDiffusion(PredictionType.V_PREDICTION);

        assertThat(Fixture.relativeError(plain.alphasCumprod(), fixture.floats("scheduler.alphas_cumprod")))
                .isLessThanOrEqualTo(1e-6);
        FloatTensor rescaled = fixture.floats("scheduler.zero_snr_alphas_cumprod");
        assertThat(rescaled.valueAt(999)).isZero();
        assertThat(plain.withZeroTerminalSnr().alphasCumprod().toArray())
                .containsExactly(rescaled.toArray(), within(1e-6f));
    }

    @Test
    void read_rescaledScheduleOfThreeTimesteps_isAsWorkedByHand() throws IOException {
        NoiseSchedule schedule = schedule("""
                {"beta_schedule": "linear", "beta_start": 0.19, "beta_end": 0.5, "num_train_timesteps": 3,
                 "prediction_type": "v_prediction", "rescale_betas_zero_snr": true}""");

        // β of 0.19, 0.345, 0.5: ᾱ of 0.81, 0.53055, 0.265275 with the roots 0.9, 0.7283886, 0.5150485
        // √ᾱ of timestep 1: (0.7283886 - 0.5150485) · 0.9 / (0.9 - 0.5150485) = 0.4987787
        assertThat(schedule.alphasCumprod().toArray()).containsExactly(new float[] {0.81f, 0.24878f, 0}, within(1e-5f));
    }

    /** v at the last timestep is -z, of which the sampler makes z whatever the noise is. */
    @Test
    void withZeroTerminalSnr_ddimFromPureNoise_findsTheCleanLatent() {
        NoiseSchedule schedule =
                NoiseSchedule.stableDiffusion(PredictionType.V_PREDICTION).withZeroTerminalSnr();
        FloatTensor clean = random("clean");
        FloatTensor noise = random("noise");
        FloatTensor predicted =
                schedule.predictedNoise(schedule.target(clean, noise, new int[] {999, 999}), noise, 999);

        double root = Math.sqrt(schedule.alphaCumprod(999));
        for (int index = 0; index < clean.toArray().length; index++) {
            double found = (noise.valueAt(index) - predicted.valueAt(index)) / root;
            assertThat(found).isCloseTo(clean.valueAt(index), within(DIVIDED_ROUNDING));
        }
    }

    @Test
    void withZeroTerminalSnr_networkThatPredictsNoise_isRefused() {
        assertThatThrownBy(() ->
                        NoiseSchedule.stableDiffusion(PredictionType.EPSILON).withZeroTerminalSnr())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected v_prediction for a schedule that ends in pure noise, but was epsilon");
        NoiseSchedule rescaled =
                NoiseSchedule.stableDiffusion(PredictionType.V_PREDICTION).withZeroTerminalSnr();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rescaled.withPredictionType(PredictionType.EPSILON))
                .withMessage("expected v_prediction for a schedule that ends in pure noise, but was epsilon");
    }

    @Test
    void write_rescaled_isReadAsItIs() throws IOException {
        NoiseSchedule written =
                NoiseSchedule.stableDiffusion(PredictionType.V_PREDICTION).withZeroTerminalSnr();
        written.write(folder.resolve("scheduler"));
        NoiseSchedule read = NoiseSchedule.read(folder.resolve("scheduler"));

        assertThat(read.alphasCumprod().toArray())
                .containsExactly(written.alphasCumprod().toArray());
        assertThat(read.endsInPureNoise()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd14-mini", "odd-shapes"})
    void alphasCumprod_fixture_matchesReference(String name) throws IOException {
        Fixture fixture = Fixture.open(name);
        NoiseSchedule schedule = NoiseSchedule.read(fixture.model("scheduler"));

        assertThat(Fixture.relativeError(schedule.alphasCumprod(), fixture.floats("scheduler.alphas_cumprod")))
                .isLessThanOrEqualTo(1e-6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sd14-mini", "odd-shapes"})
    void addNoise_fixture_matchesReference(String name) throws IOException {
        Fixture fixture = Fixture.open(name);
        NoiseSchedule schedule = NoiseSchedule.read(fixture.model("scheduler"));

        FloatTensor noisy = schedule.addNoise(
                fixture.floats("train.0.clean"), fixture.floats("train.0.noise"), fixture.ints("train.0.timesteps"));

        // The tolerance is 1e-4; this arithmetic has no reason to come near it.
        assertThat(Fixture.relativeError(noisy, fixture.floats("train.0.noisy_before_first_frame")))
                .isLessThanOrEqualTo(1e-6);
    }

    @Test
    void alphasCumprod_linearSchedule_isProductOfLinearBetas() throws IOException {
        NoiseSchedule schedule = schedule("""
                {"beta_schedule": "linear", "beta_start": 0.1, "beta_end": 0.4, "num_train_timesteps": 4}""");

        assertThat(schedule.alphasCumprod().toArray())
                .containsExactly(new float[] {0.9f, 0.72f, 0.504f, 0.3024f}, within(1e-6f));
    }

    @Test
    void read_emptyConfig_hasDefaultsOfTheFormat() throws IOException {
        NoiseSchedule schedule = schedule("{}");

        assertThat(schedule.trainTimesteps()).isEqualTo(1000);
        assertThat(schedule.stepsOffset()).isZero();
        assertThat(schedule.predictionType()).isEqualTo(PredictionType.EPSILON);
        assertThat(schedule.alphaCumprod(0)).isCloseTo(1 - 0.0001f, within(1e-7f));
    }

    @Test
    void alphaCumprod_beforeTheFirst_followsSetAlphaToOne() throws IOException {
        assertThat(schedule("{}").alphaCumprod(-19)).isEqualTo(schedule("{}").alphaCumprod(0));
        assertThat(schedule("{\"set_alpha_to_one\": true}").alphaCumprod(-19)).isEqualTo(1);
    }

    @Test
    void alphaCumprod_afterTheLast_isRefused() throws IOException {
        NoiseSchedule schedule = schedule("{}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> schedule.alphaCumprod(1000))
                .withMessageContaining("expected a timestep below 1000, but was 1000");
    }

    @Test
    void target_epsilonModel_isTheNoise() throws IOException {
        FloatTensor noise = random("noise");

        FloatTensor target = stableDiffusion(PredictionType.EPSILON).target(random("clean"), noise, new int[] {3, 800});

        assertThat(target.toArray()).containsExactly(noise.toArray());
    }

    @Test
    void predictedNoise_velocityTarget_givesBackTheNoise() throws IOException {
        NoiseSchedule schedule = stableDiffusion(PredictionType.V_PREDICTION);
        FloatTensor clean = random("clean");
        FloatTensor noise = random("noise");
        int[] timesteps = {700, 700};

        FloatTensor velocity = schedule.target(clean, noise, timesteps);
        FloatTensor noisy = schedule.addNoise(clean, noise, timesteps);

        assertThat(velocity.toArray()).isNotEqualTo(noise.toArray());
        assertThat(schedule.predictedNoise(velocity, noisy, 700).toArray())
                .containsExactly(noise.toArray(), within(ROUNDING));
    }

    @Test
    void addNoise_differentTimesteps_areAppliedRowByRow() throws IOException {
        NoiseSchedule schedule = stableDiffusion(PredictionType.EPSILON);
        FloatTensor clean = random("clean");
        FloatTensor noise = random("noise");

        FloatTensor both = schedule.addNoise(clean, noise, new int[] {10, 990});
        FloatTensor second = schedule.addNoise(clean.slice(0, 1, 2), noise.slice(0, 1, 2), new int[] {990});

        assertThat(both.slice(0, 1, 2).toArray()).containsExactly(second.toArray());
        assertThat(schedule.alphaCumprod(10)).isGreaterThan(0.9f);
        assertThat(both.slice(0, 0, 1).minus(clean.slice(0, 0, 1)).toArray())
                .doesNotContain(both.slice(0, 1, 2).minus(clean.slice(0, 1, 2)).toArray());
    }

    @Test
    void addNoise_otherNoiseShape_namesBothShapes() throws IOException {
        NoiseSchedule schedule = schedule("{}");

        assertThatThrownBy(() -> schedule.addNoise(
                        FloatTensor.zeros(Shape.of(1, 4)), FloatTensor.zeros(Shape.of(1, 5)), new int[] {0}))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected noise [1, 4], but was [1, 5] (NoiseSchedule.addNoise)");
    }

    @Test
    void addNoise_wrongNumberOfTimesteps_isRefused() throws IOException {
        NoiseSchedule schedule = schedule("{}");
        FloatTensor latents = FloatTensor.zeros(Shape.of(2, 4));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> schedule.addNoise(latents, latents, new int[] {1}))
                .withMessage("expected one timestep for each latent of [2, 4], but was 1");
    }

    @Test
    void addNoise_negativeTimestep_isRefused() throws IOException {
        NoiseSchedule schedule = schedule("{}");
        FloatTensor latents = FloatTensor.zeros(Shape.of(1, 4));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> schedule.addNoise(latents, latents, new int[] {-1}))
                .withMessage("expected a timestep of 0 or more, but was -1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"beta_schedule\": \"squaredcos_cap_v2\"}|expected beta_schedule scaled_linear or linear, but was"
                        + " squaredcos_cap_v2",
                "{\"prediction_type\": \"sample\"}|expected prediction_type epsilon or v_prediction, but was sample",
                "{\"trained_betas\": [0.1]}|expected no list of betas, but trained_betas was [0.1]",
                "{\"thresholding\": true}|expected thresholding false, but was true",
                "{\"clip_sample\": true}|expected clip_sample false, but was true",
                "{\"rescale_betas_zero_snr\": true}|expected rescale_betas_zero_snr with prediction_type v_prediction"
                        + " only, but was epsilon",
                "{\"num_train_timesteps\": 0}|expected num_train_timesteps of 1 to 100000, but was 0",
                "{\"num_train_timesteps\": 2147483647}|expected num_train_timesteps of 1 to 100000, but was 2147483647",
                "{\"num_train_timesteps\": \"many\"}|expected num_train_timesteps of 1 to 100000, but was \"many\"",
                "{\"steps_offset\": -1}|expected steps_offset of 0 to 1000, but was -1",
                "[1]|expected a JSON object, but was ARRAY",
                "{\"beta_end\": 1.5}|expected beta_end between 0 and 1, but was 1.5"
            })
    void read_unsupportedConfig_isRefusedByName(String json, String message) {
        assertThatThrownBy(() -> schedule(json))
                .isInstanceOf(IOException.class)
                .hasMessage(message + " (" + folder.resolve("scheduler_config.json") + ")");
    }

    @Test
    void read_noJson_isRefused() {
        assertThatThrownBy(() -> schedule("{\"beta_start\": "))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("expected JSON, but was: ")
                .hasMessageEndingWith("(" + folder.resolve("scheduler_config.json") + ")");
    }

    @Test
    void read_missingFile_namesIt() {
        assertThatThrownBy(() -> NoiseSchedule.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a noise schedule in " + folder.resolve("scheduler_config.json")
                        + ", but there is no such file");
    }
}
