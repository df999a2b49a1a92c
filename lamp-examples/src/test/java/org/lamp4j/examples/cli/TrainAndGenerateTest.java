package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.diffusion.SamplerType;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.fixtures.ReferenceFixture;

/** The commands that need a model, on the small one that ships with the quickstart. */
class TrainAndGenerateTest {

    private static final List<String> SMALL = List.of("--frame-size", "64x64", "--frame-count", "4");
    private static final MotionClips CLIPS = new MotionClips(0);

    @TempDir
    private static Path drawn;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    @BeforeAll
    static void drawClips() throws IOException {
        CLIPS.write(Motion.RIGHT, drawn);
    }

    @Test
    void trainThenGenerate_smallModel_clipAndProgressLines() throws Exception {
        Path pattern = folder.resolve("pattern.safetensors");
        Path clip = folder.resolve("clip.mp4");

        assertThat(run(train(pattern, "--steps", "2", "--float16")))
                .as(err.toString())
                .isEqualTo(Lamp.OK);
        assertThat(run(generate(pattern, clip))).as(err.toString()).isEqualTo(Lamp.OK);

        assertThat(clip).isNotEmptyFile();
        assertThat(out.toString().lines()).containsExactly("wrote " + pattern, "wrote " + clip);
        assertThat(err.toString().lines())
                .anyMatch(line -> line.matches("encoding clips 12/12 .*"))
                .anyMatch(line -> line.matches("training 2/2  loss \\d\\.\\d{4}  \\d+\\.\\d\\d steps/s  0:00 left"))
                .anyMatch(line -> line.matches("denoising 2/2 .*"));
    }

    @Test
    void generate_otherSampler_otherClip() throws Exception {
        Path pattern = folder.resolve("pattern.safetensors");
        run(train(pattern, "--steps", "1"));
        List<Path> clips = new ArrayList<>();
        for (SamplerType sampler : SamplerType.values()) {
            Path clip = folder.resolve(sampler + ".gif");
            List<String> arguments = new ArrayList<>(generate(pattern, clip));
            arguments.addAll(List.of("--sampler", sampler.toString()));
            assertThat(run(arguments)).as(err.toString()).isEqualTo(Lamp.OK);
            clips.add(clip);
        }

        assertThat(Files.mismatch(clips.get(0), clips.get(1))).isNotNegative();
        assertThat(Files.mismatch(clips.get(0), clips.get(2))).isNotNegative();
        assertThat(Files.mismatch(clips.get(1), clips.get(2))).isNotNegative();
    }

    @Test
    void trainLowRankExtendSmooth_smallModel_longerClipsAndTheirSeams() throws Exception {
        Path pattern = folder.resolve("pattern.safetensors");
        Path clip = folder.resolve("clip");
        assertThat(run(train(pattern, "--steps", "1", "--rank", "4")))
                .as(err.toString())
                .isEqualTo(Lamp.OK);
        assertThat(run(generate(pattern, clip))).as(err.toString()).isEqualTo(Lamp.OK);
        out.getBuffer().setLength(0);

        assertThat(run(window("extend", pattern, clip, folder.resolve("longer"), "--by", "3", "--overlap", "2")))
                .as(err.toString())
                .isEqualTo(Lamp.OK);
        assertThat(run(window("smooth", pattern, clip, folder.resolve("smooth.mp4"), "--strength", "0.5")))
                .as(err.toString())
                .isEqualTo(Lamp.OK);

        assertThat(out.toString().lines().toList())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .isEqualTo("wrote " + folder.resolve("longer") + ": 7 frames, 8.0 a second"),
                        line -> assertThat(line)
                                .matches("where new frames begin it changes \\d+\\.\\d\\d times as much as elsewhere"),
                        line -> assertThat(line)
                                .isEqualTo("wrote " + folder.resolve("smooth.mp4") + ": 7 frames, 16.0 a second"),
                        line -> assertThat(line)
                                .matches("into new frames it changes \\d+\\.\\d\\d times as much as out of them"));
        assertThat(folder.resolve("longer")).isDirectoryContaining("glob:**.png");
    }

    private List<String> window(String command, Path pattern, Path clip, Path output, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of(command, "--model", CommandRun.model().toString()));
        arguments.addAll(List.of("--motion", pattern.toString(), "--video", clip.toString()));
        arguments.addAll(
                List.of("--prompt", "a cat", "--output", output.toString(), "--frame-count", "4", "--steps", "2"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    @Test
    void inspect_pattern_provenance() throws Exception {
        Path pattern = folder.resolve("pattern.safetensors");
        run(train(pattern, "--steps", "1", "--seed", "42"));

        assertThat(run("inspect", pattern.toString(), "--summary")).isEqualTo(Lamp.OK);

        assertThat(out.toString())
                .contains("base_fingerprint = v2:sha256:", "checksum = sha256:", "seed = 42", "train00.mp4");
    }

    @Test
    void inspect_modelFolder_fingerprint() throws Exception {
        assertThat(run("inspect", CommandRun.model().toString(), "--summary")).isEqualTo(Lamp.OK);

        assertThat(out.toString()).contains("base fingerprint  v2:sha256:").containsPattern("\\d,\\d{3},\\d{3} values");
    }

    @Test
    void export_smallModel_runsInOnnxRuntime() throws Exception {
        assertThat(run(
                        "export",
                        "--model",
                        CommandRun.model().toString(),
                        "--output",
                        folder.toString(),
                        "--frame-count",
                        "2"))
                .as(err.toString())
                .isEqualTo(Lamp.OK);

        assertThat(out.toString().strip()).isEqualTo("wrote " + folder + " for 2 frames of 64x64");
        for (String part : List.of("text_encoder", "vae_encoder", "vae_decoder", "unet")) {
            Path file = folder.resolve(part).resolve("model.onnx");
            try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
                assertThat(session.getNumOutputs()).as(part).isPositive();
            }
        }
    }

    @Test
    void export_standard_writesWhatAPipelineNeedsBesideTheNetworks() throws Exception {
        assertThat(run(
                        "export",
                        "--model",
                        CommandRun.model().toString(),
                        "--prediction-type",
                        "v_prediction",
                        "--standard",
                        "--output",
                        folder.resolve("standard").toString(),
                        "--frame-count",
                        "2"))
                .as(err.toString())
                .isEqualTo(Lamp.OK);

        for (String part : List.of("text_encoder", "vae_encoder", "vae_decoder", "unet")) {
            Path network = folder.resolve("standard").resolve(part);
            assertThat(network.resolve("config.json")).isRegularFile();
            try (OrtSession session = OrtEnvironment.getEnvironment()
                    .createSession(network.resolve("model.onnx").toString())) {
                assertThat(session.getMetadata().getCustomMetadata())
                        .as(part)
                        .containsEntry("prediction_type", "v_prediction")
                        .containsEntry("frame_count", "2");
            }
        }
        assertThat(folder.resolve("standard/model_index.json")).isRegularFile();
        assertThat(folder.resolve("standard/tokenizer/vocab.json")).isRegularFile();
        assertThat(folder.resolve("standard/scheduler/scheduler_config.json"))
                .content()
                .contains("v_prediction");
    }

    @Test
    void generate_patternOfAnotherModel_refusedInOneLine() throws Exception {
        Path pattern = folder.resolve("pattern.safetensors");
        run(train(pattern, "--steps", "1"));
        List<String> arguments = new ArrayList<>(generate(pattern, folder.resolve("clip.gif")));
        arguments.set(2, ReferenceFixture.folder("sd14-mini").resolve("model").toString());
        err.getBuffer().setLength(0);

        assertThat(run(arguments)).isEqualTo(Lamp.FAILED);

        assertThat(err.toString().strip())
                .matches(
                        "lamp: expected a pattern of the base model v2:sha256:\\w+, but was one of v2:sha256:\\w+ with another network.*");
    }

    @Test
    void train_terminatedProcess_leavesCheckpointThatLoads() throws Exception {
        Path checkpoints = folder.resolve("checkpoints");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Lamp.class.getName()));
        command.addAll(train(
                folder.resolve("never.safetensors"), "--steps", "100000", "--checkpoint", checkpoints.toString()));
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        awaitText(log, "training 1/");

        process.destroy();

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isNotZero();
        assertThat(Files.readString(log)).contains("they are kept in " + checkpoints);
        assertThat(run(generate(newest(checkpoints), folder.resolve("clip.webm"))))
                .as(err.toString())
                .isEqualTo(Lamp.OK);
    }

    private static Path newest(Path checkpoints) throws IOException {
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    private static void awaitText(Path log, String text) throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 600 && !Files.readString(log).contains(text); attempt++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(log).content().contains(text);
    }

    private List<String> train(Path output, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("train", "--model", CommandRun.model().toString()));
        arguments.addAll(List.of("--clips", drawn.resolve("clips").toString(), "--output", output.toString()));
        arguments.addAll(SMALL);
        arguments.addAll(List.of(more));
        return arguments;
    }

    private List<String> generate(Path pattern, Path output) {
        List<String> arguments = new ArrayList<>(
                List.of("generate", "--model", CommandRun.model().toString()));
        arguments.addAll(List.of("--motion", pattern.toString(), "--output", output.toString()));
        CaptionedScene start = CLIPS.heldOutStarts(Motion.RIGHT).get(0);
        String image = "held_out/" + start.caption().replace(' ', '_') + ".png";
        arguments.addAll(List.of(
                "--prompt", start.caption(), "--image", drawn.resolve(image).toString()));
        arguments.addAll(List.of("--steps", "2"));
        arguments.addAll(SMALL);
        return arguments;
    }

    private int run(List<String> arguments) {
        return run(arguments.toArray(String[]::new));
    }

    private int run(String... arguments) {
        return Lamp.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
