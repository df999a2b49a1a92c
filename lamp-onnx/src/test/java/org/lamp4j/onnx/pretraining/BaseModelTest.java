package org.lamp4j.onnx.pretraining;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.model.TinyConfig;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class BaseModelTest {

    private static final Map<String, FloatTensor> WEIGHTS =
            Map.of("a.weight", FloatTensor.of(Shape.of(3), 1, -2, 0.5f));

    @TempDir
    private Path folder;

    private BaseModel model() {
        return new BaseModel(folder);
    }

    @Test
    void writeVae_readBack_sameDimensionsAndWeights() throws IOException {
        VaeConfig config = new VaeConfig(3, 4, List.of(8, 16), 2, 4, 0.25f);

        model().writeVae(config, WEIGHTS, StoredPrecision.FLOAT16);

        assertThat(VaeConfig.read(folder.resolve("vae/config.json"))).isEqualTo(config);
        try (Checkpoint written = Checkpoint.open(folder.resolve("vae/diffusion_pytorch_model.safetensors"))) {
            assertThat(written.tensor("a.weight").type()).isEqualTo(StoredType.F16);
            assertThat(FloatTensor.of(Shape.of(3), written.tensor("a.weight").floats())
                            .toArray())
                    .containsExactly(1, -2, 0.5f);
        }
    }

    @Test
    void writeTextEncoder_readBack_sameDimensions() throws IOException {
        for (ClipTextConfig.Activation activation : ClipTextConfig.Activation.values()) {
            ClipTextConfig config = new ClipTextConfig(30, 5, 8, 16, 2, 2, 1e-5f, activation);

            model().writeTextEncoder(config, WEIGHTS, StoredPrecision.FLOAT32);

            assertThat(ClipTextConfig.read(folder.resolve("text_encoder/config.json")))
                    .isEqualTo(config);
        }
    }

    @Test
    void writeUNet_readBack_sameDimensions() throws IOException {
        for (TinyConfig tiny :
                List.of(new TinyConfig(), new TinyConfig().channels(8, 8, 16).linearProjection())) {
            VideoUNetConfig config = tiny.build();

            model().writeUNet(config, WEIGHTS, StoredPrecision.FLOAT32);

            assertThat(VideoUNetConfig.read(folder.resolve("unet/config.json"))).isEqualTo(config);
        }
    }

    @Test
    void writeSchedule_readBack_thatOfStableDiffusion() throws IOException {
        model().writeSchedule();

        NoiseSchedule schedule = NoiseSchedule.read(folder.resolve("scheduler"));
        assertThat(schedule.predictionType()).isEqualTo(PredictionType.EPSILON);
        assertThat(schedule.trainTimesteps()).isEqualTo(1000);
        assertThat(schedule.stepsOffset()).isEqualTo(1);
        assertThat(schedule.alphaCumprod(0)).isEqualTo((float) (1 - 0.00085));
        assertThat(schedule.alphaCumprod(999)).isBetween(0.0046f, 0.0047f);
    }
}
