package org.lamp4j.onnx.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.pretraining.NetworkTraining.Network;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class InitialValuesTest {

    @TempDir
    private Path folder;

    @Test
    void ofModel_training_beginsWithItsNetworks() throws IOException {
        Path model = TinyFolder.write(folder);
        NetworkTraining.Start start = new NetworkTraining.Start(
                1, new NetworkTraining.Optimizer(0.9f, 0.99f, 1e-8f, 0, 1), InitialValues.ofModel(model), Device.cpu());
        BaseModelConfig config = new BaseModelConfig(TinyFolder.TEXT, TinyFolder.VAE, TinyFolder.UNET);

        try (NetworkTraining<DenoisingBatch> training = NetworkTraining.ofDenoiser(config, 1, start);
                Checkpoint unet = Checkpoint.open(model.resolve("unet/diffusion_pytorch_model.safetensors"))) {
            Map<String, FloatTensor> begun = training.averages(Network.UNET);

            assertThat(begun).containsOnlyKeys(unet.names());
            assertThat(begun)
                    .allSatisfy((key, value) ->
                            assertThat(value).isEqualTo(unet.tensor(key).toTensor()));
        }
    }

    @Test
    void ofModel_anotherShapeOrKey_isRefused() throws IOException {
        Path model = TinyFolder.write(folder);
        InitialValues values = InitialValues.ofModel(model);
        String key = "conv_out.bias";

        assertThatThrownBy(() -> values.of(key, Shape.of(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected " + key + " [5], but was [4] (" + model + ")");
        assertThatThrownBy(() -> values.of("nothing", Shape.of(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected nothing [5], but was missing (" + model + ")");
    }
}
