package org.lamp4j.examples.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.files.OwnFolder;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.testing.EmbeddedModel;

class PretrainingTest {

    @TempDir
    private Path folder;

    @Test
    void run_whileAnotherHasTheFolder_isRefused() throws IOException {
        Pretraining pretraining = new Pretraining(folder, Recipe.embedded(), Device.cpu(), Optional.empty());
        String message =
                "expected a folder that no other lamp pretrain uses, but pid \\d+ on host \\S+ has been using it since"
                        + " \\S+ \\(.*\\)";

        OwnFolder.during(folder, "pretrain", () -> {
            assertThatIOException()
                    .isThrownBy(() -> pretraining.run(Duration.ZERO, ProgressListener.none()))
                    .withMessageMatching(message);
            return true;
        });

        assertThat(folder.toFile().list()).containsExactly("lamp-pretrain.txt");
    }

    @Test
    void run_fromAModel_beginsWithItsNetworksAndTokenizer() throws IOException {
        Path start = folder.resolve("start");
        EmbeddedModel.copyTo(start);
        Pretraining pretraining = new Pretraining(
                folder.resolve("run"),
                Recipe.embedded().withLengths(0, 1, 1).withBatches(1, 1e-3f),
                Device.cpu(),
                Optional.of(start));

        assertThat(pretraining.run(Duration.ZERO, ProgressListener.none())).isFalse();

        for (String network :
                List.of("unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "text_encoder/model")) {
            try (Checkpoint begun = Checkpoint.open(start.resolve(network + ".safetensors"));
                    Checkpoint written = Checkpoint.open(pretraining.model().resolve(network + ".safetensors"))) {
                assertThat(written.names()).isEqualTo(begun.names());
                assertThat(written.names())
                        .allSatisfy(name -> assertThat(written.tensor(name).floats())
                                .isEqualTo(begun.tensor(name).floats()));
            }
        }
        assertThat(pretraining.model().resolve("tokenizer/vocab.json"))
                .hasSameTextualContentAs(start.resolve("tokenizer/vocab.json"));
    }
}
