package org.lamp4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedFilesTest {

    @TempDir
    private Path folder;

    @Test
    void copy_model_diffusersLayout() throws IOException {
        ShippedFiles.copy("model", folder);

        assertThat(folder.resolve("unet/diffusion_pytorch_model.safetensors")).isNotEmptyFile();
        assertThat(folder.resolve("scheduler/scheduler_config.json")).content().contains("scaled_linear");
    }

    @Test
    void copy_unknownFolder_names() {
        assertThatThrownBy(() -> ShippedFiles.copy("left", folder))
                .isInstanceOf(IOException.class)
                .hasMessage("expected shipped files left, but the jar has none");
    }
}
