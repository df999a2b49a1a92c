package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.DdimSampler;
import org.lamp4j.diffusion.FreshNoise;
import org.lamp4j.diffusion.Guidance;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.diffusion.SamplingState;
import org.lamp4j.diffusion.TimestepSpacing;
import org.lamp4j.generation.pipeline.GuidedPredictor;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.singlefile.SingleFile;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * A single file of the form of Stable Diffusion 2 (OpenCLIP with packed projections, linear projections, heads of 64
 * channels, v-prediction) against what {@code fixtures/sd2-form/reference.py} computes in double precision.
 */
class SecondVersionTest {

    /** Relative error of float32 networks. */
    private static final double FORWARD = 1e-5;

    /** A step from α = 2⁻¹² makes that of the rounding of its noise. */
    private static final double FROM_PURE_NOISE = 2e-3;

    /** Of a sum of some thousand float32 products, against a quotient of differences. */
    private static final double SLOPE = 1e-3;

    /** ᾱ of 2⁻²⁴ stands for 0, which gives v 2⁻¹² of the noise. */
    private static final double LOSS_OF_PURE_NOISE = 5e-5;

    private static final Fixture FIXTURE = Fixture.secondVersion();

    private static final MotionWeights NO_MOTION = MotionWeights.of(List.of());

    private static SingleFile file;
    private static BackboneModel model;

    @BeforeAll
    static void writeAndOpen(@TempDir Path folder) throws IOException {
        Path path = RuledModel.write(FIXTURE.scalar("weights"), folder.resolve("v2.safetensors"));
        file = SingleFile.open(path);
        model = new OnnxBackboneProvider().open(path, Device.cpu());
    }

    @AfterAll
    static void close() {
        model.close();
        file.text().close();
        file.vae().close();
        file.unet().close();
    }

    private static FloatTensor context() {
        return FIXTURE.tensor("text.hidden_states");
    }

    @Test
    void open_fileOfTheSecondVersion_isRecognised() {
        assertThat(file.textConfig().layers()).isEqualTo(2);
        assertThat(file.textConfig().heads()).isEqualTo(2);
        assertThat(file.textConfig().activation()).isEqualTo(ClipTextConfig.Activation.GELU);
        assertThat(file.unetConfig().linearProjection()).isTrue();
        assertThat(file.unetConfig().levels().stream().map(VideoUNetConfig.Level::heads))
                .containsExactly(1, 2);
        assertThat(file.noiseSchedule().predictionType()).isEqualTo(PredictionType.V_PREDICTION);
    }

    @Test
    void textEncoder_prompts_givesStatesBeforeTheLastLayer() {
        FloatTensor states = model.textEncoder().encode(FIXTURE.tokenIds());

        assertThat(Fixture.error(states, context())).isLessThan(FORWARD);
    }

    @Test
    void latentCodec_imageAndLatent_givesMomentsAndImage() {
        LatentDistribution moments = model.latentCodec().encode(FIXTURE.tensor("vae.image"));

        assertThat(Fixture.error(moments.mean(), FIXTURE.tensor("vae.mean"))).isLessThan(FORWARD);
        assertThat(Fixture.error(moments.logVariance(), FIXTURE.tensor("vae.logvar")))
                .isLessThan(FORWARD);
        assertThat(Fixture.error(
                        model.latentCodec().decode(FIXTURE.tensor("vae.latent")), FIXTURE.tensor("vae.decoded")))
                .isLessThan(FORWARD);
    }

    @Test
    void noisePredictor_clip_givesVelocity() {
        FloatTensor latents = FIXTURE.tensor("unet.latents");
        int timestep = FIXTURE.scalar("unet_timestep").asInt();
        try (NoisePredictor predictor = model.noisePredictor(NO_MOTION, latents.shape())) {
            FloatTensor output =
                    predictor.predict(latents, new int[] {timestep}, context().slice(0, 0, 1));

            assertThat(Fixture.error(output, FIXTURE.tensor("unet.output"))).isLessThan(FORWARD);
        }
    }

    private static NoiseSchedule schedule(boolean zeroSnr) {
        return zeroSnr ? file.noiseSchedule().withZeroTerminalSnr() : file.noiseSchedule();
    }

    @ParameterizedTest
    @CsvSource({
        "false, LEADING, leading_timesteps, guidance_scale, sample.leading, " + FORWARD,
        "true, TRAILING, trailing_timesteps, zero_snr_guidance_scale, sample.zero_snr_trailing, " + FROM_PURE_NOISE
    })
    void ddim_guidedVelocity_givesLatents(
            boolean zeroSnr, TimestepSpacing spacing, String timesteps, String scale, String result, double tolerance) {
        NoiseSchedule schedule = schedule(zeroSnr);
        FloatTensor noise = FIXTURE.tensor("sample.noise");
        DdimSampler sampler = DdimSampler.of(schedule, FIXTURE.scalar(timesteps).size(), spacing);
        FloatTensor emptyAndPrompt = FloatTensor.concat(
                0, List.of(context().slice(0, 1, 2), context().slice(0, 0, 1)));
        Guidance guidance = new Guidance((float) FIXTURE.scalar(scale).asDouble());
        Shape both = FloatTensor.concat(0, List.of(noise, noise)).shape();
        FreshNoise none = stepIndex -> {
            throw new AssertionError(stepIndex);
        };

        SamplingState state = SamplingState.of(0, noise);
        try (GuidedPredictor predictor =
                GuidedPredictor.of(model.noisePredictor(NO_MOTION, both), emptyAndPrompt, guidance, schedule)) {
            for (int timestep : sampler.timesteps()) {
                state = sampler.step(state, predictor.predictedNoise(state.latents(), timestep), none);
            }
        }

        assertThat(sampler.timesteps())
                .containsExactly(StreamSupport.stream(FIXTURE.scalar(timesteps).spliterator(), false)
                        .mapToInt(JsonNode::asInt)
                        .toArray());
        assertThat(Fixture.error(state.latents(), FIXTURE.tensor(result))).isLessThan(tolerance);
    }

    /** Slopes of the loss are along a direction of each matrix of queries. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void motionTrainer_velocityAsTarget_givesLossAndSlopes(boolean zeroSnr) {
        JsonNode expected = FIXTURE.scalar("train").get(zeroSnr ? "zero_snr" : "plain");
        FloatTensor clean = FIXTURE.tensor("train.clean");
        FloatTensor noise = FIXTURE.tensor("train.noise");
        int[] timesteps = {expected.get("timestep").asInt()};
        FloatTensor noisy = schedule(zeroSnr).addNoise(clean, noise, timesteps);
        FloatTensor given = FloatTensor.concat(
                2, List.of(clean.slice(2, 0, 1), noisy.slice(2, 1, clean.shape().size(2))));
        FloatTensor target = schedule(zeroSnr).target(clean, noise, timesteps);
        List<String> modules = List.of("attn1.to_q");

        try (MotionTrainer trainer = model.motionTrainer(model.freshMotion(modules, 0), modules, clean.shape())) {
            double loss =
                    trainer.accumulate(new Batch(given, timesteps, context().slice(0, 0, 1), target));
            MotionWeights gradients = trainer.gradients();

            assertThat(loss).isCloseTo(expected.get("loss").asDouble(), within(zeroSnr ? LOSS_OF_PURE_NOISE : FORWARD));
            for (Map.Entry<String, JsonNode> slope : expected.get("slopes").properties()) {
                assertThat(slope(gradients.parameter(slope.getKey())))
                        .as(slope.getKey())
                        .isCloseTo(
                                slope.getValue().asDouble(),
                                within(SLOPE * Math.abs(slope.getValue().asDouble())));
            }
        }
    }

    private static double slope(Parameter gradient) {
        FloatTensor direction = RuledModel.tensor("direction." + gradient.name(), gradient.shape());
        double sum = 0;
        for (int index = 0; index < gradient.values().remaining(); index++) {
            sum += (double) gradient.values().get(index) * direction.valueAt(index);
        }
        return sum;
    }
}
