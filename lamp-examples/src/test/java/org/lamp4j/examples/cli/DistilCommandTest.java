package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.SceneSampler;
import org.lamp4j.examples.drawing.SceneVariety;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.tensor.RandomSource;

class DistilCommandTest {

    private final CommandRun command = new CommandRun();

    @TempDir
    private Path folder;

    @Test
    void distil_drawnScenes_writesALoraThatSaysWhatItIs() throws IOException {
        Path lora = folder.resolve("lcm.safetensors");

        command.succeed(
                "distil", "--model", CommandRun.model(), "--scenes", 2, "--steps", 2, "--rank", 1, "--output", lora);

        assertThat(command.out()).isEqualTo("wrote " + lora + System.lineSeparator());
        assertThat(command.err()).contains("encoding 2/2").contains("distilling 2/2");
        try (Checkpoint written = Checkpoint.open(lora)) {
            assertThat(written.metadata())
                    .containsEntry("ss_network_dim", "1")
                    .containsEntry("ss_network_alpha", "1")
                    .containsEntry("ss_steps", "2")
                    .containsEntry("lamp4j_guidance_scale", "2.0")
                    .containsEntry("lamp4j_base_loras", "none")
                    .containsKey("lamp4j_base");
            assertThat(written.names())
                    .allMatch(name -> name.startsWith("lora_unet_"))
                    .hasSizeGreaterThan(100);
        }
        assertThat(command.run("distil", "--model", CommandRun.model(), "--output", lora))
                .isEqualTo(Lamp.FAILED);
        assertThat(command.err())
                .contains("expected a file that is not there yet, but was one (" + lora
                        + "); give --overwrite to replace it");
    }

    @Test
    void distil_folderOfImages_learnsFromThem() throws IOException {
        Path images = Files.createDirectories(folder.resolve("images"));
        CaptionedScene scene = new SceneSampler(RandomSource.stream(1, "scene", 0), SceneVariety.embedded()).next();
        scene.scene().image().write(images.resolve(scene.caption().replace(' ', '_') + ".png"));

        command.succeed(
                "distil",
                "--model",
                CommandRun.model(),
                "--images",
                images,
                "--steps",
                1,
                "--guidance-scale",
                1,
                "--rank",
                1,
                "--output",
                folder.resolve("lcm.safetensors"));

        assertThat(command.err()).contains("encoding 1/1").contains("distilling 1/1");
    }

    @ParameterizedTest
    @CsvSource({
        "--steps, 0, 'expected 1 or more steps, but was 0'",
        "--rank, 0, 'expected a rank of 1 or more, but was 0'",
        "--guidance-scale, -1, 'expected a guidance scale of 0 or more, but was -1.0'",
        "--learning-rate, NaN, 'expected a learning rate above 0, but was NaN'",
        "--minutes, 0, 'expected --minutes of 1 or more, but was 0'",
        "--scenes, 0, 'expected 1 or more scenes, but was 0'"
    })
    void distil_impossibleNumber_isBadUsage(String option, String number, String message) {
        assertThat(command.run(
                        "distil", "--model", CommandRun.model(), option, number, "--output", folder.resolve("lora")))
                .isEqualTo(Lamp.BAD_USAGE);

        assertThat(command.err()).startsWith("lamp: " + message);
    }
}
