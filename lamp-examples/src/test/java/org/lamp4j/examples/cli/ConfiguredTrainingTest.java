package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.fixtures.LoggedMessages;

/**
 * Training from a configuration, with validation and checkpoints, on the small model that ships with the quickstart.
 */
class ConfiguredTrainingTest {

    @TempDir
    private static Path drawn;

    private final CommandRun lamp = new CommandRun();

    @TempDir
    private Path folder;

    @BeforeAll
    static void drawClips() throws IOException {
        DrawnFolder.write(drawn, "train00.mp4");
    }

    private Path config(String more) throws IOException {
        return Files.writeString(folder.resolve("lamp.yaml"), """
                pretrained_model_path: "%s"
                output_dir: "%s"
                train_data:
                  video_root: "%s"
                  n_sample_frames: 2
                  width: 32
                  height: 32
                  sample_start_idx: 0
                learning_rate: 3e-5
                max_train_steps: 4
                checkpointing_steps: 2
                seed: 33
                %s
                """.formatted(
                        CommandRun.model(), folder.resolve("out"), drawn.resolve("clips"), more));
    }

    @Test
    void train_configAloneThenResumed_everyFileAndTheSamePattern() throws IOException {
        Path config = config("""
                validation_steps: 2
                validation_data:
                  image_path: %s
                  prompts: ["a red ball / 1", "a red ball / 2"]
                  num_inference_steps: 2
                  guidance_scale: 1
                """.formatted(DrawnFolder.images(drawn).get(0)));
        Path pattern = folder.resolve("out/pattern.safetensors");
        Path checkpoints = folder.resolve("out/checkpoints");

        lamp.succeed("train", "--config", config, "--resume");

        assertThat(lamp.out().strip()).isEqualTo("wrote " + pattern);
        assertThat(DrawnFolder.names(checkpoints))
                .hasSize(2)
                .allMatch(name -> name.matches("step-0000000[24]-loss-.*\\.safetensors"));
        assertThat(DrawnFolder.names(folder.resolve("out/validation")))
                .containsExactly(
                        "step-00000002-1-a_red_ball_1.gif",
                        "step-00000002-2-a_red_ball_2.gif",
                        "step-00000002.png",
                        "step-00000004-1-a_red_ball_1.gif",
                        "step-00000004-2-a_red_ball_2.gif",
                        "step-00000004.png");

        assertThat(folder.resolve("out/report.html"))
                .content()
                .contains("<h1>A pattern after 4 steps</h1>", "<svg", "Generated on the way", "step 4: a red ball / 1")
                .contains("(train00.mp4)</figcaption>", "<td>seed</td><td>33</td>");

        byte[] whole = Files.readAllBytes(pattern);
        Files.delete(pattern);
        Files.delete(checkpoints.resolve(DrawnFolder.names(checkpoints).get(1)));
        lamp.succeed("train", "--config", config, "--resume");

        assertThat(lamp.err()).containsOnlyOnce("training 1/4");
        assertThat(pattern).hasBinaryContent(whole);
    }

    @Test
    void train_withValidationFromNoiseOrInversion_givesTheSamePatternAsWithout() throws IOException {
        Path pattern = folder.resolve("out/pattern.safetensors");
        lamp.succeed("train", "--config", config(""));
        byte[] without = Files.readAllBytes(pattern);
        List<byte[]> clips = new ArrayList<>();
        for (String start : List.of("", "  use_inv_latent: True\n  num_inv_steps: 3\n")) {
            Path config = config("""
                    validation_steps: 2
                    validation_data:
                      image_path: %s
                      prompts: ["a ball"]
                      num_inference_steps: 2
                    """.formatted(DrawnFolder.images(drawn).get(0)) + start);
            Files.delete(pattern);

            lamp.succeed("train", "--config", config, "--checkpoint", Files.createTempDirectory(folder, "checkpoints"));

            assertThat(pattern).hasBinaryContent(without);
            Path validation = folder.resolve("out/validation");
            assertThat(DrawnFolder.names(validation))
                    .containsExactly(
                            "step-00000002-1-a_ball.gif",
                            "step-00000002.png",
                            "step-00000004-1-a_ball.gif",
                            "step-00000004.png");
            clips.add(Files.readAllBytes(validation.resolve("step-00000004-1-a_ball.gif")));
        }
        assertThat(lamp.err()).contains("inverting");
        assertThat(clips.get(1)).isNotEqualTo(clips.get(0));
    }

    @Test
    void train_gradientCheckpointing_isTakenFromConfigAndFromTheOptionBesideIt() throws IOException {
        assertThat(wayToTrain("gradient_checkpointing: True")).startsWith("weights mapped and recomputation");
        assertThat(wayToTrain("gradient_checkpointing: False")).startsWith("weights copied");
        assertThat(wayToTrain("gradient_checkpointing: True", "--gradient-checkpointing", "as_needed"))
                .startsWith("weights copied");
        assertThat(wayToTrain("", "--gradient-checkpointing")).startsWith("weights mapped and recomputation");
    }

    /** Returns how the backbone has chosen to run the training step, as it notes for those who look for it. */
    private String wayToTrain(String more, String... options) throws IOException {
        List<Object> arguments = new ArrayList<>(List.of(
                "train",
                "--config",
                config(more),
                "--steps",
                "1",
                "--overwrite",
                "--checkpoint",
                Files.createTempDirectory(folder, "checkpoints")));
        arguments.addAll(List.of(options));
        try (LoggedMessages ways = LoggedMessages.of("org.lamp4j.onnx.backbone.MemoryPlan")) {
            lamp.succeed(arguments.toArray());

            assertThat(ways.all()).hasSize(1);
            return ways.all().get(0);
        }
    }

    @Test
    void train_optionsBesideConfig_goBeforeIt() throws IOException {
        Path pattern = folder.resolve("other/pattern.safetensors");

        lamp.succeed(
                "train",
                "--config",
                config(""),
                "--steps",
                "1",
                "--seed",
                "7",
                "--output",
                pattern,
                "--checkpoint",
                folder.resolve("elsewhere"),
                "--validate-every",
                "1",
                "--validate-images",
                DrawnFolder.images(drawn).get(0),
                "--validate-steps",
                "1",
                "--validate-guidance-scale",
                "1");

        assertThat(DrawnFolder.names(folder.resolve("out"))).containsExactly("report.html");
        assertThat(DrawnFolder.names(folder.resolve("elsewhere"))).hasSize(1);
        assertThat(DrawnFolder.names(folder.resolve("other/validation")))
                .hasSize(2)
                .last()
                .isEqualTo("step-00000001.png");
        lamp.succeed("inspect", pattern, "--summary");
        assertThat(lamp.out()).contains("seed = 7", "\"steps\":1,", "\"learning_rate\":3.0E-5");
    }

    @Test
    void train_validationPromptThatCannotBeRead_isRefusedBeforeTheFirstStep() throws IOException {
        assertThat(lamp.run(
                        "train",
                        "--config",
                        config(""),
                        "--validate-every",
                        "1000",
                        "--validate-images",
                        DrawnFolder.images(drawn).get(0),
                        "--validate-prompt",
                        "a (ball:1000)",
                        "--validate-prompt-weights"))
                .isEqualTo(Lamp.FAILED);
        assertThat(lamp.err()).contains("expected weights of a prompt's words from -100 to 100, but was 1000.0");
        assertThat(DrawnFolder.names(folder)).doesNotContain("out");
    }

    @Test
    void train_resumedFromNowhere_isRefused() throws IOException {
        assertThat(lamp.run("train", "--config", config(""), "--resume", folder.resolve("none")))
                .isEqualTo(Lamp.FAILED);
        assertThat(lamp.err()).contains("but was none (" + folder.resolve("none") + ")");
        assertThat(DrawnFolder.names(folder)).doesNotContain("out");
    }

    @Test
    void train_wrongConfig_oneLineWithFileAndLine() throws IOException {
        Path config = config("max_train_stepz: 1");

        assertThat(lamp.run("train", "--config", config)).isEqualTo(Lamp.FAILED);
        assertThat(lamp.err().strip())
                .isEqualTo("lamp: expected a known key, but was max_train_stepz, the nearest is max_train_steps ("
                        + config + ", line 13)");
    }
}
