package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** The reference's numbers on a CUDA GPU, in both precisions; skipped where ONNX Runtime has no CUDA provider. */
class CudaTest {

    private static final Fixture FIXTURE = Fixture.whole();

    @BeforeEach
    void needsCuda() {
        assumeTrue(
                OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
                "this ONNX Runtime has no CUDA provider; -Pcuda brings one");
    }

    /** In float32 a GPU may round the factors of matrix products to ten bits (TF32). */
    @ParameterizedTest
    @CsvSource({"FLOAT32, 5e-3", "FLOAT16, 2e-2"})
    void prediction_isCloseToTheReference(Precision precision, double tolerance) throws IOException {
        FloatTensor latents = FIXTURE.tensor("unet.latents");
        try (BackboneModel model = open(precision)) {
            MotionWeights motion = model.storage().readMotion(FIXTURE.motion()).weights();
            try (NoisePredictor predictor = model.noisePredictor(motion, latents.shape())) {
                FloatTensor output =
                        predictor.predict(latents, FIXTURE.timesteps("unet.timesteps"), FIXTURE.tensor("unet.context"));
                assertThat(Fixture.error(output, FIXTURE.tensor("unet.output"))).isLessThan(tolerance);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 2e-2", "FLOAT16, 1e-1"})
    void gradients_areCloseToThoseOfTheProcessor(Precision precision, double tolerance) throws IOException {
        MotionWeights expected;
        try (BackboneModel model = new OnnxBackboneProvider().open(FIXTURE.model(), Device.cpu())) {
            expected = gradients(model);
        }
        double error = 0;
        double norm = 0;
        try (BackboneModel model = open(precision)) {
            MotionWeights actual = gradients(model);
            for (Parameter gradient : expected.parameters()) {
                FloatTensor reference = FloatTensor.of(gradient.shape(), gradient.values());
                FloatTensor found = FloatTensor.of(
                        gradient.shape(), actual.parameter(gradient.name()).values());
                error += Fixture.squares(found.minus(reference).values());
                norm += Fixture.squares(reference.values());
            }
        }
        assertThat(Math.sqrt(error / norm)).isLessThan(tolerance);
    }

    private static BackboneModel open(Precision precision) throws IOException {
        return new OnnxBackboneProvider().open(FIXTURE.model(), Device.cuda(0).withPrecision(precision));
    }

    private static MotionWeights gradients(BackboneModel model) throws IOException {
        MotionWeights motion = model.storage().readMotion(FIXTURE.motion()).weights();
        List<String> modules = FIXTURE.strings("trainable_modules");
        Shape latents = FIXTURE.tensor("train.0.clean").shape();
        try (MotionTrainer trainer = model.motionTrainer(motion, modules, latents)) {
            trainer.accumulate(new Batch(
                    FIXTURE.tensor("train.0.clean"),
                    FIXTURE.timesteps("train.0.timesteps"),
                    FIXTURE.tensor("train.0.context"),
                    FIXTURE.tensor("train.0.noise")));
            return trainer.gradients();
        }
    }
}
