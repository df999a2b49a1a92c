package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.device.Device;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** Networks, gradients and updates against what the original implementation computes in double precision. */
class ReferenceTest {

    /** Relative error of a float32 forward pass; measured: 1e-6 and less. */
    private static final double FORWARD = 2e-5;

    private static final double LOSS = 1e-4;
    private static final double GRADIENT = 2e-3;

    /** Gradients that are almost zero are compared with the norm of all. */
    private static final double GRADIENT_OF_GLOBAL = 2e-5;

    private static final double UPDATED = 2e-2;

    private static BackboneModel open(Fixture fixture) throws IOException {
        return new OnnxBackboneProvider().open(fixture.model(), Device.cpu());
    }

    @ParameterizedTest
    @MethodSource("org.lamp4j.onnx.backbone.Fixture#all")
    void textEncoder_prompts_givesReferenceHiddenStates(Fixture fixture) throws IOException {
        Path folder = fixture.model().resolve("text_encoder");
        ClipTextConfig config = ClipTextConfig.read(folder.resolve("config.json"));
        try (Checkpoint weights = Checkpoint.inFolder(folder, "model", "pytorch_model");
                OnnxTextEncoder encoder = new OnnxTextEncoder(config, weights, ComputeDevice.cpu())) {
            FloatTensor states = encoder.encode(fixture.tokenIds());
            assertThat(Fixture.error(states, fixture.tensor("text.hidden_states")))
                    .isLessThan(FORWARD);
        }
    }

    @ParameterizedTest
    @MethodSource("org.lamp4j.onnx.backbone.Fixture#all")
    void latentCodec_images_givesReferenceMomentsAndImages(Fixture fixture) throws IOException {
        Path folder = fixture.model().resolve("vae");
        VaeConfig config = VaeConfig.read(folder.resolve("config.json"));
        try (Checkpoint weights = Checkpoint.inFolder(folder, "diffusion_pytorch_model");
                OnnxLatentCodec codec = new OnnxLatentCodec(
                        config, weights, ComputeDevice.cpu(), Device.cpu().memoryBudget())) {
            LatentDistribution moments = codec.encode(fixture.tensor("vae.image"));
            FloatTensor decoded = codec.decode(fixture.tensor("vae.latent"));
            assertThat(Fixture.error(moments.mean(), fixture.tensor("vae.mean")))
                    .isLessThan(FORWARD);
            assertThat(Fixture.error(moments.logVariance(), fixture.tensor("vae.logvar")))
                    .isLessThan(FORWARD);
            assertThat(Fixture.error(decoded, fixture.tensor("vae.decoded"))).isLessThan(FORWARD);
        }
    }

    @Test
    void noisePredictor_motion_givesReferenceOutput() throws IOException {
        Fixture fixture = Fixture.whole();
        FloatTensor latents = fixture.tensor("unet.latents");
        try (BackboneModel model = open(fixture)) {
            MotionWeights motion = model.storage().readMotion(fixture.motion()).weights();
            try (NoisePredictor predictor = model.noisePredictor(motion, latents.shape())) {
                FloatTensor output =
                        predictor.predict(latents, fixture.timesteps("unet.timesteps"), fixture.tensor("unet.context"));
                assertThat(Fixture.error(output, fixture.tensor("unet.output"))).isLessThan(FORWARD);
            }
        }
    }

    @Test
    void motionTrainer_threeSteps_givesReferenceLossesGradientsAndParameters() throws IOException {
        Fixture fixture = Fixture.whole();
        List<String> modules = fixture.strings("trainable_modules");
        JsonNode train = fixture.scalar("train");
        Update update = new Update(
                (float) train.get("learning_rate").asDouble(),
                (float) train.get("betas").get(0).asDouble(),
                (float) train.get("betas").get(1).asDouble(),
                (float) train.get("epsilon").asDouble(),
                (float) train.get("weight_decay").asDouble(),
                (float) train.get("max_grad_norm").asDouble());
        try (BackboneModel model = open(fixture)) {
            MotionWeights motion = model.storage().readMotion(fixture.motion()).weights();
            Shape latents = fixture.tensor("train.0.clean").shape();
            try (MotionTrainer trainer = model.motionTrainer(motion, modules, latents)) {
                MotionWeights start = trainer.weights();
                for (int step = 0; step < 3; step++) {
                    float loss = trainer.accumulate(batch(fixture, step));
                    double expectedLoss =
                            fixture.scalar("train_losses").get(step).asDouble();
                    assertThat((double) loss).isCloseTo(expectedLoss, within(LOSS * expectedLoss));
                    if (step == 0) {
                        assertGradients(trainer.gradients(), fixture);
                    }
                    float norm = trainer.update(update);
                    double expectedNorm =
                            fixture.scalar("train_grad_norms").get(step).asDouble();
                    assertThat((double) norm).isCloseTo(expectedNorm, within(GRADIENT * expectedNorm));
                    if (step != 1) {
                        assertUpdated(trainer.weights(), start, fixture, "train." + step + ".param.");
                    }
                }
            }
        }
    }

    private static Batch batch(Fixture fixture, int step) {
        String prefix = "train." + step + ".";
        FloatTensor clean = fixture.tensor(prefix + "clean");
        FloatTensor noise = fixture.tensor(prefix + "noise");
        int[] timesteps = fixture.timesteps(prefix + "timesteps");
        FloatTensor alphas = fixture.tensor("scheduler.alphas_cumprod");
        int perClip =
                Math.toIntExact(clean.shape().elementCount() / clean.shape().size(0));
        int perFrame = perClip / clean.shape().size(1) / clean.shape().size(2);
        FloatTensor noisy = FloatTensor.generate(clean.shape(), index -> {
            boolean firstFrame = index / perFrame % clean.shape().size(2) == 0;
            double alpha = alphas.valueAt(timesteps[index / perClip]);
            return firstFrame
                    ? clean.valueAt(index)
                    : (float) (Math.sqrt(alpha) * clean.valueAt(index) + Math.sqrt(1 - alpha) * noise.valueAt(index));
        });
        FloatTensor target = fixture.scalar("prediction_type").asText().equals("epsilon")
                ? noise
                : FloatTensor.generate(clean.shape(), index -> {
                    double alpha = alphas.valueAt(timesteps[index / perClip]);
                    return (float)
                            (Math.sqrt(alpha) * noise.valueAt(index) - Math.sqrt(1 - alpha) * clean.valueAt(index));
                });
        return new Batch(noisy, timesteps, fixture.tensor(prefix + "context"), target);
    }

    private static void assertGradients(MotionWeights gradients, Fixture fixture) {
        double global = Math.sqrt(gradients.parameters().stream()
                .mapToDouble(gradient -> Fixture.squares(gradient.values()))
                .sum());
        assertThat(gradients.names()).containsExactlyInAnyOrderElementsOf(fixture.strings("trainable_parameters"));
        for (String name : fixture.names("train.0.grad.")) {
            FloatTensor reference = fixture.tensor(name);
            Parameter gradient = gradients.parameter(name.substring("train.0.grad.".length()));
            double error = Fixture.norm(
                    FloatTensor.of(gradient.shape(), gradient.values()).minus(reference));
            assertThat(error)
                    .as(name)
                    .isLessThan(Math.max(GRADIENT * Fixture.norm(reference), GRADIENT_OF_GLOBAL * global));
        }
    }

    private static void assertUpdated(MotionWeights weights, MotionWeights start, Fixture fixture, String prefix) {
        double error = 0;
        double moved = 0;
        for (String name : fixture.names(prefix)) {
            FloatTensor reference = fixture.tensor(name);
            String key = name.substring(prefix.length());
            FloatBuffer now = weights.parameter(key).values();
            FloatTensor before =
                    FloatTensor.of(reference.shape(), start.parameter(key).values());
            error += Fixture.squares(
                    FloatTensor.of(reference.shape(), now).minus(reference).values());
            moved += Fixture.squares(reference.minus(before).values());
        }
        assertThat(Math.sqrt(error / moved)).isLessThan(UPDATED);
    }
}
