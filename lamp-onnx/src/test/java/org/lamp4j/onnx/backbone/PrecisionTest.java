package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lamp4j.Device;
import org.lamp4j.Device.Precision;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.MotionWeights;
import org.lamp4j.spi.MotionWeights.Parameter;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;

/** Half precision, which a processor has too, if slowly: what runs here is the graph that a CUDA card gets. */
class PrecisionTest {

    /** A dozen layers of ten-bit mantissas; measured: 3e-3. */
    private static final double PREDICTION = 2e-2;

    /** The gradients of all parameters as one vector; measured: 5.4e-2, growing from 4e-3 at the output to the input. */
    private static final double GRADIENT = 1e-1;

    /** Makes gradients that overflow float16 at the loss scale that training starts with. */
    private static final float LOUD = 500;

    private static final Fixture FIXTURE = Fixture.all().findFirst().orElseThrow();

    @Test
    void float16_prediction_isCloseToFloat32() throws IOException {
        FloatTensor half = predict(Device.cpu().withPrecision(Precision.FLOAT16));

        double error = Fixture.error(half, predict(Device.cpu()));
        assertThat(error).isLessThan(PREDICTION).isPositive();
    }

    private static FloatTensor predict(Device device) throws IOException {
        FloatTensor latents = FIXTURE.tensor("unet.latents");
        try (BackboneModel model = new OnnxBackboneProvider().open(FIXTURE.model(), device)) {
            MotionWeights motion = model.readMotion(FIXTURE.motion()).weights();
            try (NoisePredictor predictor = model.noisePredictor(motion, latents.shape())) {
                return predictor.predict(
                        latents, FIXTURE.timesteps("unet.timesteps"), FIXTURE.tensor("unet.context"));
            }
        }
    }

    private record Step(float loss, Map<String, FloatTensor> gradients) {}

    @Test
    void float16_lossAndGradients_areCloseToFloat32() throws IOException {
        assertClose(step(Device.cpu(), 1), step(Device.cpu().withPrecision(Precision.FLOAT16), 1));
    }

    @Test
    void float16_gradientsThatOverflow_areFoundWithASmallerLossScale() throws IOException {
        assertClose(step(Device.cpu(), LOUD), step(Device.cpu().withPrecision(Precision.FLOAT16), LOUD));
    }

    private static void assertClose(Step full, Step half) {
        assertThat((double) half.loss()).isCloseTo(full.loss(), within(PREDICTION * full.loss()));
        double error = 0;
        double norm = 0;
        for (Map.Entry<String, FloatTensor> gradient : full.gradients().entrySet()) {
            FloatTensor difference = half.gradients().get(gradient.getKey()).minus(gradient.getValue());
            error += Fixture.squares(difference.values());
            norm += Fixture.squares(gradient.getValue().values());
        }
        assertThat(Math.sqrt(error / norm)).isLessThan(GRADIENT).isPositive();
    }

    private static Step step(Device device, float loudness) throws IOException {
        FloatTensor clean = FIXTURE.tensor("train.0.clean");
        Batch batch = new Batch(
                clean,
                FIXTURE.timesteps("train.0.timesteps"),
                FIXTURE.tensor("train.0.context"),
                FIXTURE.tensor("train.0.noise").times(loudness));
        List<String> modules = FIXTURE.strings("trainable_modules");
        try (BackboneModel model = new OnnxBackboneProvider().open(FIXTURE.model(), device)) {
            MotionWeights motion = model.readMotion(FIXTURE.motion()).weights();
            try (MotionTrainer trainer = model.motionTrainer(motion, modules, clean.shape())) {
                float loss = trainer.accumulate(batch);
                return new Step(
                        loss,
                        trainer.gradients().parameters().stream()
                                .collect(Collectors.toMap(
                                        Parameter::name,
                                        gradient -> FloatTensor.of(gradient.shape(), gradient.values()))));
            }
        }
    }
}
