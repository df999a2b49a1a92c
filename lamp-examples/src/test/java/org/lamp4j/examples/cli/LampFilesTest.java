package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Configurations of the two shapes that LAMP's own program comes with, on drawn clips and the small model: one learns
 * from a folder and has more images than prompts, the other learns from a single clip and edits it.
 */
class LampFilesTest {

    private static final List<String> PROMPTS = List.of("the red boat sails by", "a kite in the wind");

    @TempDir
    private static Path drawn;

    private final CommandRun lamp = new CommandRun();

    @TempDir
    private Path folder;

    @BeforeAll
    static void drawClips() throws IOException {
        DrawnFolder.write(drawn, "train00.mp4", "train01.mp4");
    }

    /** Copies drawn images under names of which those of the prompts are neither the first nor in their order. */
    private Path images(String... names) throws IOException {
        List<Path> images = DrawnFolder.images(drawn);
        Path copies = Files.createDirectories(folder.resolve("images"));
        for (int index = 0; index < names.length; index++) {
            Files.copy(images.get(index), copies.resolve(names[index] + ".png"));
        }
        return copies;
    }

    private Path config(Path clips, Path images, String inverted) throws IOException {
        return Files.writeString(folder.resolve("lamp.yaml"), """
                pretrained_model_path: "%s"
                output_dir: "%s"
                train_data:
                  video_root: "%s"
                  n_sample_frames: 2
                  width: 32
                  height: 32
                  sample_start_idx: 0
                  sample_frame_rate: 2
                validation_data:
                  image_path: "%s"
                  prompts:
                    - "%s"
                    - "%s"
                  video_length: 2
                  width: 32
                  height: 32
                  num_inference_steps: 2
                  guidance_scale: 12.5
                  use_inv_latent: %s
                  num_inv_steps: 2
                learning_rate: 3e-5
                train_batch_size: 1
                max_train_steps: 2
                checkpointing_steps: 2
                validation_steps: 2
                trainable_modules:
                  - "attn1.to_q"
                  - "conv1d"
                seed: 33
                mixed_precision: fp16
                use_8bit_adam: False
                gradient_checkpointing: True
                enable_xformers_memory_efficient_attention: True
                """.formatted(
                CommandRun.model(), folder.resolve("out"), clips, images, PROMPTS.get(0), PROMPTS.get(1), inverted));
    }

    private void assertClipsOfBothPrompts() throws IOException {
        assertThat(DrawnFolder.names(folder.resolve("out/validation")))
                .containsExactly(
                        "step-00000002-1-the_red_boat_sails_by.gif",
                        "step-00000002-2-a_kite_in_the_wind.gif",
                        "step-00000002.png");
    }

    @Test
    void train_folderOfClipsAndSixImagesForTwoPrompts_runsAsItIs() throws IOException {
        Path images = images(
                "a_ball", "a_kite_in_the_wind", "a_kite_in_the_wind_at_night", "boat", "the_red_boat_sails_by", "zoo");

        lamp.succeed("train", "--config", config(drawn.resolve("clips"), images, "False"));

        assertClipsOfBothPrompts();
    }

    @Test
    void train_aSingleClipThatIsInvertedAndTwoImages_runsAsItIs() throws IOException {
        Path images = images("a_kite_in_the_wind", "the_red_boat_sails_by");

        lamp.succeed("train", "--config", config(drawn.resolve("clips/train01.mp4"), images, "True"));

        assertClipsOfBothPrompts();
        assertThat(lamp.err()).contains("inverting");
        assertThat(folder.resolve("out/report.html"))
                .content()
                .contains("(train01.mp4)")
                .doesNotContain("train00");
    }

    @Test
    void train_promptWithoutItsImage_isRefusedBeforeAnythingIsRead() throws IOException {
        Path images = images("a_kite_in_the_wind", "boat");

        assertThat(lamp.run("train", "--config", config(folder.resolve("none"), images, "False")))
                .isEqualTo(Lamp.FAILED);
        assertThat(lamp.err().strip())
                .isEqualTo("lamp: expected an image for each prompt, but there is no the_red_boat_sails_by.png for"
                        + " \"the red boat sails by\" (" + images + ")");
    }
}
