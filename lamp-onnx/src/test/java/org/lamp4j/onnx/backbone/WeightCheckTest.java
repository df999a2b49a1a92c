package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.onnx.model.UNetKeys;

class WeightCheckTest {

    @TempDir
    Path directory;

    @Test
    void of_tensorsThatNothingUses_areListedWithTheirFolder() throws IOException {
        TinyModel.in(directory)
                .add(TinyModel.UNET, "brain.weight")
                .add("text_encoder/model.safetensors", "text_model.embeddings.position_ids")
                .add("vae/diffusion_pytorch_model.safetensors", "loss.logvar");

        try (ModelFiles files = ModelFiles.open(directory)) {
            assertThat(WeightCheck.of(files, UNetKeys.of(files.unetConfig())).unused())
                    .containsExactly("vae/loss.logvar", "unet/brain.weight");
        }
    }
}
