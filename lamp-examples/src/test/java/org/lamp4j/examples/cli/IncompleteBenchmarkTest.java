package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.fixtures.TinyClipFiles;
import org.lamp4j.media.VideoClip;
import org.lamp4j.video.MediaWriter;

/**
 * Evaluating what there is: clips that are missing or damaged, folders that are links, no CLIP model or one of random
 * weights.
 */
class IncompleteBenchmarkTest {

    private static final MediaWriter WRITER = MediaWriter.newBuilder().build();

    private final CommandRun lamp = new CommandRun();

    @TempDir
    private Path folder;

    /** Noise, two pixels further to the right in each frame. */
    private static VideoClip clip(long seed) {
        return VideoClip.of(
                IntStream.range(0, 3)
                        .mapToObj(frame -> NoiseImage.of(seed, 2 * frame, 0))
                        .toList(),
                8);
    }

    private Path clipModel() throws IOException {
        TinyClipFiles.writeRandom(Files.createDirectory(folder.resolve("clip-model")));
        return folder.resolve("clip-model");
    }

    private static double consistency(JsonNode scores, int clip) {
        return scores.get("clips").get(clip).get("consistency").asDouble();
    }

    /**
     * A benchmark of one motion, whose folder is a link, and the clips made from the first three of its four images.
     */
    private Object[] fourImages() throws IOException {
        for (int prompt = 0; prompt < 4; prompt++) {
            WRITER.writeImage(NoiseImage.of(prompt, 0, 20), folder.resolve("images/it_rains_" + prompt + ".png"));
        }
        Files.createDirectory(folder.resolve("benchmark"));
        Files.createSymbolicLink(folder.resolve("benchmark/rain"), folder.resolve("images"));
        WRITER.writeFrames(clip(0), folder.resolve("made/it_rains_0"));
        clip(1).write(folder.resolve("made/it_rains_1.gif"));
        WRITER.writeFrames(VideoClip.of(List.of(NoiseImage.of(2, 0, 0)), 8), folder.resolve("made/it_rains_2"));
        Files.createDirectory(folder.resolve("clips"));
        Files.createSymbolicLink(folder.resolve("clips/rain"), folder.resolve("made"));
        return new Object[] {
            "evaluate",
            "--benchmark",
            folder.resolve("benchmark"),
            "--clips",
            folder.resolve("clips"),
            "--json",
            folder.resolve("figures/scores.json"),
            "--report",
            folder.resolve("report.html")
        };
    }

    private static Object[] with(Object[] arguments, Object... more) {
        return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray();
    }

    @Test
    void evaluate_linkedFoldersAndClipsMissingOrDamaged_othersAreScoredAndTheseListed() throws IOException {
        assertThat(lamp.run(with(fourImages(), "--clip-model", clipModel()))).isEqualTo(Lamp.FAILED);

        Path clips = folder.resolve("clips/rain");
        assertThat(lamp.err())
                .endsWith(String.format(
                        "lamp: 2 of 4 clips could not be scored:%n"
                                + "  expected a clip of at least 2 frames, but was 1 (%s)%n"
                                + "  expected the clip %s as .mp4, .webm, .gif or a folder of frames, but there is none%n",
                        clips.resolve("it_rains_2"), clips.resolve("it_rains_3")));
        assertThat(lamp.out()).containsPattern("alignment .* \\(2 of 4 clips\\)");
        JsonNode scores = new ObjectMapper()
                .readTree(folder.resolve("figures/scores.json").toFile());
        assertThat(scores.get("clip_count").asInt()).isEqualTo(4);
        assertThat(scores.get("scored_clip_count").asInt()).isEqualTo(2);
        assertThat(scores.get("clips")).hasSize(2);
        assertThat(scores.get("failures").get(1).get("prompt").asText()).isEqualTo("it rains 3");
        assertThat(scores.get("failures").get(1).get("reason").asText()).startsWith("expected the clip ");
        assertThat(scores.get("consistency").asDouble())
                .isEqualTo((consistency(scores, 0) + consistency(scores, 1)) / 2, within(1e-9));
        assertThat(folder.resolve("report.html"))
                .content()
                .contains("<h1>Scores of 2 clips</h1>", "(2 of 4 clips)", "<p>Failed: expected the clip ");
    }

    @Test
    void evaluate_withoutClipModel_fidelityAndMotionAlone() throws IOException {
        assertThat(lamp.run(fourImages())).isEqualTo(Lamp.FAILED);

        assertThat(lamp.out())
                .startsWith("| motion | prompt | frame 0 PSNR | SSIM | direction | pixels a frame |")
                .containsPattern("\\| rain \\| it rains 0 \\| \\d+\\.\\d dB \\| 0\\.\\d{3} \\| \\d+° \\| 2\\.\\d\\d")
                .contains("2 of 4 clips")
                .doesNotContain("alignment", "CLIP");
        JsonNode scores = new ObjectMapper()
                .readTree(folder.resolve("figures/scores.json").toFile());
        assertThat(scores.has("clip_model")).isFalse();
        assertThat(scores.has("alignment")).isFalse();
        assertThat(scores.get("clips").get(0).has("alignment")).isFalse();
        assertThat(scores.get("clips").get(0).get("frame0_ssim").asDouble()).isBetween(0.0, 1.0);
        assertThat(folder.resolve("report.html"))
                .content()
                .contains("<th>SSIM</th>", "<td>CLIP model</td><td>none</td>");
    }

    @Test
    void evaluate_noClipAtAll_saysSoOfEach() throws IOException {
        Object[] arguments = fourImages();
        Files.delete(folder.resolve("clips/rain"));

        assertThat(lamp.run(with(arguments, "--clip-model", clipModel()))).isEqualTo(Lamp.FAILED);

        assertThat(lamp.out()).contains("0 of 4 clips");
        assertThat(lamp.err()).contains("lamp: 4 of 4 clips could not be scored:");
    }

    @Test
    void evaluate_withARandomClipModel_endToEnd() throws IOException {
        Path model = folder.resolve("clip-model");
        lamp.succeed("make-random-model", "--like", "clip-vit-b-32", "--seed", "3", model);

        lamp.run(with(fourImages(), "--clip-model", model));

        assertThat(lamp.out())
                .contains("CLIP model ViT-48/32")
                .containsPattern(
                        "alignment -?\\d+\\.\\d\\d, consistency \\d+\\.\\d\\d, diversity \\d+\\.\\d\\d \\(2 of 4 clips\\)");
    }
}
