package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.fixtures.LoggedMessages;
import org.lamp4j.onnx.model.UNetKeys;

class WeightCheckTest {

    @TempDir
    Path folder;

    @Test
    void of_tensorsThatNothingUses_areListedWithTheirFolder() throws IOException {
        TinyModel.in(folder)
                .add(TinyModel.UNET, "brain.weight")
                .add("text_encoder/model.safetensors", "text_model.embeddings.position_ids")
                .add("vae/diffusion_pytorch_model.safetensors", "loss.logvar");

        try (ModelFiles files = ModelFiles.open(folder)) {
            WeightCheck check = WeightCheck.of(files, UNetKeys.of(files.unetConfig()));

            assertThat(check.unused()).containsExactly("vae/loss.logvar", "unet/brain.weight");
            assertThat(logged(check::report))
                    .containsExactly("2 tensors are never used: [vae/loss.logvar, unet/brain.weight]");
        }
    }

    @Test
    void namesForLog_namesOfAStranger_arePrintableAndNotTooMany() {
        List<String> unused = new ArrayList<>(List.of("unet/\u009b2Jcleared\n.weight"));
        for (int index = 0; index < 1_000; index++) {
            unused.add("unet/" + index);
        }

        assertThat(WeightCheck.namesForLog(unused))
                .hasSize(101)
                .startsWith("unet/?2Jcleared .weight", "unet/0")
                .endsWith("unet/98", "…");
        assertThat(WeightCheck.namesForLog(unused.subList(0, 100))).hasSize(100).endsWith("unet/98");
    }

    private static List<String> logged(Runnable task) {
        try (LoggedMessages messages = LoggedMessages.of(WeightCheck.class)) {
            task.run();
            return messages.all();
        }
    }
}
