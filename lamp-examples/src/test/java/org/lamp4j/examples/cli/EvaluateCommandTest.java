package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.evaluation.ClipScores;
import org.lamp4j.evaluation.Likeness;
import org.lamp4j.evaluation.MotionStatistics;
import org.lamp4j.fixtures.TinyClipFiles;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.onnx.clip.ClipModel;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.video.MediaWriter;

/** Scores of the paper's benchmark: eight motions of six prompts each, with a CLIP model of random weights. */
class EvaluateCommandTest {

    private static final List<String> MOTIONS = List.of(
            "birds_fly",
            "firework",
            "helicopter",
            "horse_run",
            "play_the_guitar",
            "rain",
            "turn_to_smile",
            "waterfall");
    private static final int PROMPTS = 6;
    private static final int FRAMES = 3;
    private static final MediaWriter WRITER = MediaWriter.newBuilder().build();

    /** The table's figures have two digits. */
    private static final double PRINTED = 0.0051;

    @TempDir
    private static Path shared;

    private final CommandRun lamp = new CommandRun();

    @TempDir
    private Path folder;

    @BeforeAll
    static void writeModelAndClips() throws IOException {
        TinyClipFiles.writeRandom(Files.createDirectory(shared.resolve("clip-model")));
        for (String motion : MOTIONS) {
            for (int prompt = 0; prompt < PROMPTS; prompt++) {
                WRITER.writeImage(NoiseImage.of(seed(motion, prompt), 0, 20), benchmark(motion, prompt));
                WRITER.writeFrames(clip(motion, prompt), generated(motion, prompt));
            }
        }
        // The frame that was given, unchanged.
        WRITER.writeImage(NoiseImage.of(seed("rain", 0), 0, 0), benchmark("rain", 0));
    }

    private static long seed(String motion, int prompt) {
        return 10L * MOTIONS.indexOf(motion) + prompt;
    }

    private static Path benchmark(String motion, int prompt) {
        return shared.resolve("benchmark").resolve(motion).resolve("a_" + motion + "_" + prompt + ".png");
    }

    private static Path generated(String motion, int prompt) {
        return shared.resolve("clips").resolve(motion).resolve("a_" + motion + "_" + prompt);
    }

    /** Noise, two pixels further to the right in each frame. */
    private static VideoClip clip(String motion, int prompt) {
        return VideoClip.of(
                IntStream.range(0, FRAMES)
                        .mapToObj(frame -> NoiseImage.of(seed(motion, prompt), 2 * frame, 0))
                        .toList(),
                8);
    }

    private int evaluate(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("evaluate", "--clip-model"));
        arguments.addAll(List.of(shared.resolve("clip-model"), "--benchmark", shared.resolve("benchmark")));
        arguments.addAll(List.of(more));
        return lamp.run(arguments.toArray());
    }

    @Test
    void evaluate_eightMotionsOfSixPrompts_tableJsonAndReport() throws IOException {
        Path json = folder.resolve("scores.json");
        Path report = folder.resolve("report.html");

        assertThat(evaluate("--clips", shared.resolve("clips"), "--json", json, "--report", report))
                .as(lamp.err())
                .isEqualTo(Lamp.OK);

        JsonNode scores = new ObjectMapper().readTree(json.toFile());
        assertThat(lamp.out())
                .startsWith("CLIP model ViT-8/8@16")
                .contains(
                        "| motion | prompt | alignment | consistency | frame 0 PSNR | SSIM | direction | pixels a frame |")
                .containsPattern(
                        "alignment -?\\d+\\.\\d\\d, consistency \\d+\\.\\d\\d, diversity \\d+\\.\\d\\d \\(48 clips\\)");
        assertThat(lamp.out().lines().filter(line -> line.matches("\\| \\w+ \\| a [\\w ]+ \\d \\|.*")))
                .hasSize(MOTIONS.size() * PROMPTS);
        assertThat(lamp.err()).contains("scoring clips 1/48", "scoring clips 48/48");
        assertThat(scores.get("clip_model").asText()).isEqualTo("ViT-8/8@16");
        assertThat(scores.get("clips")).hasSize(MOTIONS.size() * PROMPTS);
        assertFiguresOf("horse_run", 4, scores.get("clips").get(3 * PROMPTS + 4));
        assertThat(scores.get("clips").get(5 * PROMPTS).get("frame0_psnr").isNull())
                .isTrue();
        assertMeans(scores);
        assertThat(report)
                .content()
                .contains("<h1>Scores of 48 clips</h1>", "<h2>waterfall</h2>", "<td>CLIP model</td>", "<h2>Scores</h2>")
                .contains("<figcaption>a horse run 4: alignment ")
                .containsPattern("src=\"data:video/mp4;base64,\\w{100,}");
    }

    /** The command's figures are those of the library's functions. */
    private static void assertFiguresOf(String motion, int prompt, JsonNode scored) throws IOException {
        VideoClip clip = clip(motion, prompt);
        try (ClipModel model = ClipModel.open(shared.resolve("clip-model"), Device.cpu())) {
            List<FloatTensor> frames = clip.frames().stream().map(model::embed).toList();
            FloatTensor text = model.embed("a horse run " + prompt);
            assertThat(scored.get("alignment").asDouble())
                    .isEqualTo(ClipScores.alignment(frames, text), within(PRINTED));
            assertThat(scored.get("consistency").asDouble()).isEqualTo(ClipScores.consistency(frames), within(PRINTED));
        }
        Likeness likeness = Likeness.of(clip.frames().get(0), RgbImage.read(benchmark(motion, prompt)));
        MotionStatistics movement = MotionStatistics.of(clip);
        assertThat(scored.get("motion").asText()).isEqualTo("horse_run");
        assertThat(scored.get("prompt").asText()).isEqualTo("a horse run 4");
        assertThat(scored.get("frame0_psnr").asDouble())
                .isEqualTo(likeness.psnr())
                .isBetween(20.0, 25.0);
        assertThat(scored.get("frame0_ssim").asDouble()).isEqualTo(likeness.ssim());
        assertThat(scored.get("right_pixels_per_frame").asDouble()).isEqualTo(movement.right());
        assertThat(scored.get("magnitude_pixels_per_frame").asDouble()).isEqualTo(movement.magnitude());
        assertThat(scored.get("direction_degrees").asDouble()).isEqualTo(movement.direction());
    }

    private static void assertMeans(JsonNode scores) {
        for (String name : List.of("alignment", "consistency")) {
            double mean = IntStream.range(0, scores.get("clips").size())
                    .mapToDouble(
                            index -> scores.get("clips").get(index).get(name).asDouble())
                    .average()
                    .orElseThrow();
            assertThat(scores.get(name).asDouble()).isEqualTo(mean, within(1e-9));
        }
        assertThat(scores.get("diversity").asDouble()).isBetween(-100.0, 100.0);
    }

    /** In a process of its own, whose memory the clip would fill. */
    @Test
    void evaluate_clipLongerThanMemory_isRefusedInsteadOfFillingIt() throws Exception {
        FrameSize large = new FrameSize(1024, 1024);
        RgbImage frame = RgbImage.of(large, new byte[3 * large.width() * large.height()]);
        Path clip = folder.resolve("clips/rain/x.gif");
        WRITER.writeImage(frame, folder.resolve("benchmark/rain/x.png"));
        VideoClip.of(Collections.nCopies(40, frame), 8).write(clip);

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Lamp.class.getName(),
                        "evaluate",
                        "--clip-model",
                        shared.resolve("clip-model").toString(),
                        "--benchmark",
                        folder.resolve("benchmark").toString(),
                        "--clips",
                        folder.resolve("clips").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(Lamp.FAILED);
        assertThat(said)
                .matches(
                        "(?s).*lamp: 1 of 1 clips could not be scored:\\s+expected a clip whose frames take at most 33554432 bytes, but was more than 10"
                                + " frames of 1024x1024 \\(" + clip + "\\)\\s*");
    }

    @Test
    void evaluate_noClipModel_isNamed() {
        assertThat(lamp.run("evaluate", "--clip-model", folder, "--benchmark", folder, "--clips", folder))
                .isEqualTo(Lamp.FAILED);

        assertThat(lamp.err().strip())
                .isEqualTo("lamp: no such file or folder: " + folder.resolve("config.json")
                        + ": expected a model's configuration");
    }
}
