package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LossScale;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Half precision, which a CPU has too, if slowly: what runs here is the graph that a CUDA GPU gets. */
class PrecisionTest {

    private static final Device HALF = Device.cpu().withPrecision(Precision.FLOAT16);

    /** Dozens of layers of eleven-bit mantissas; measured: 1e-2 and less. */
    private static final double PREDICTION = 2e-2;

    /** The gradients of all parameters as one vector; measured: 5.4e-2 on the fixture's random network, less here. */
    private static final double GRADIENT = 5e-2;

    private static final List<String> MODULES = List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q");

    private static final Shape LATENTS = Shape.of(1, 4, 3, 4, 4);

    @TempDir
    private Path folder;

    @Test
    void float16_predictionOfTheFixture_isCloseToFloat32() throws IOException {
        Fixture fixture = Fixture.whole();
        FloatTensor latents = fixture.tensor("unet.latents");
        try (BackboneModel model = new OnnxBackboneProvider().open(fixture.model(), HALF)) {
            assertThat(model.deviceDescription()).isEqualTo("CPU, float16");
            MotionWeights motion = model.storage().readMotion(fixture.motion()).weights();
            try (NoisePredictor predictor = model.noisePredictor(motion, latents.shape())) {
                FloatTensor half =
                        predictor.predict(latents, fixture.timesteps("unet.timesteps"), fixture.tensor("unet.context"));
                double error = Fixture.error(half, fixture.tensor("unet.output"));
                assertThat(error).isLessThan(PREDICTION).isGreaterThan(1e-4);
            }
        }
    }

    /** The second batch's gradients overflow float16 at the loss scale that training starts with. */
    @Test
    void float16_lossAndGradients_areCloseToFloat32AlsoWhereTheyOverflow() throws IOException {
        TinyModel.in(folder);
        try (BackboneModel full = new OnnxBackboneProvider().open(folder, Device.cpu());
                BackboneModel half = new OnnxBackboneProvider().open(folder, HALF)) {
            MotionWeights motion = TinyModel.motion(full, MODULES);
            try (MotionTrainer exact = full.motionTrainer(motion, MODULES, LATENTS);
                    MotionTrainer coarse = half.motionTrainer(motion, MODULES, LATENTS)) {
                for (float loudness : new float[] {1, 1e-3f, 1e4f, 1}) {
                    Batch batch = batch(loudness);
                    float loss = exact.accumulate(batch);
                    assertThat((double) coarse.accumulate(batch)).isCloseTo(loss, within(PREDICTION * loss));
                    assertThat(error(coarse.gradients(), exact.gradients()))
                            .as("gradients of a target times %s", loudness)
                            .isLessThan(GRADIENT)
                            .isGreaterThan(1e-4);
                    forget(exact);
                    forget(coarse);
                }
                LossScale scale = coarse.lossScale();
                assertThat(scale.overflows()).isPositive();
                assertThat(scale.value())
                        .isEqualTo(LossScale.initial().value() / (1 << scale.overflows()))
                        .isEqualTo(coarse.state().lossScale().value());
                assertThat(exact.lossScale()).isEqualTo(LossScale.initial());
            }
        }
    }

    /** The way back through attention is then float32, too. */
    @Test
    void float16_upcastAttention_changesGradientsByRoundingAlone() throws IOException {
        TinyModel tiny = TinyModel.in(folder);
        try (BackboneModel plain = new OnnxBackboneProvider().open(folder, HALF)) {
            MotionWeights motion = TinyModel.motion(plain, MODULES);
            tiny.with("unet", "upcast_attention", "true");
            try (BackboneModel upcast = new OnnxBackboneProvider().open(folder, HALF);
                    MotionTrainer coarse = plain.motionTrainer(motion, MODULES, LATENTS);
                    MotionTrainer finer = upcast.motionTrainer(motion, MODULES, LATENTS)) {
                assertThat(upcast.fingerprint()).isEqualTo(plain.fingerprint());
                coarse.accumulate(batch(1));
                finer.accumulate(batch(1));

                assertThat(error(finer.gradients(), coarse.gradients()))
                        .isPositive()
                        .isLessThan(GRADIENT);
            }
        }
    }

    private static Batch batch(float loudness) {
        FloatTensor noise = RandomSource.stream(1, "target", 0).gaussian(LATENTS);
        return new Batch(
                RandomSource.stream(1, "latents", 0).gaussian(LATENTS),
                new int[] {321},
                RandomSource.stream(1, "context", 0).gaussian(Shape.of(1, 5, 8)),
                noise.times(loudness));
    }

    private static void forget(MotionTrainer trainer) {
        trainer.update(new Update(0, 0.9f, 0.999f, 1e-8f, 0, 1));
    }

    private static double error(MotionWeights actual, MotionWeights expected) {
        double error = 0;
        double norm = 0;
        for (Parameter one : expected.parameters()) {
            FloatTensor reference = FloatTensor.of(one.shape(), one.values());
            FloatTensor found =
                    FloatTensor.of(one.shape(), actual.parameter(one.name()).values());
            error += Fixture.squares(found.minus(reference).values());
            norm += Fixture.squares(reference.values());
        }
        return Math.sqrt(error / norm);
    }
}
