package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is found wrong with a command line before anything is opened: nothing that these lines name is there. */
class OptionRulesTest {

    private final CommandRun lamp = new CommandRun();

    @TempDir
    private Path folder;

    private void assertRefused(String message, String output, String... options) {
        List<Object> line = new ArrayList<>(List.of("generate", "--model", "none", "--motion", "none.safetensors"));
        line.addAll(List.of("--prompt", "a ball", "--output", folder.resolve(output)));
        line.addAll(List.of(options));

        assertThat(lamp.run(line.toArray())).isEqualTo(Lamp.BAD_USAGE);
        assertThat(lamp.err()).startsWith("lamp: " + message);
    }

    @ParameterizedTest
    @CsvSource({
        "--shard, 1/2, --batch",
        "--format, GIF, --batch",
        "--preview-every, 2, --preview",
        "--preview-decoder, taesd, --preview",
        "--cuda-search, EXHAUSTIVE, --device",
        "--cuda-memory, 100, --device"
    })
    void generate_optionThatWouldDoNothing_isRefused(String option, String value, String needed) {
        assertRefused("expected " + needed + " beside " + option + ", but was none", "a.mp4", option, value);
    }

    @Test
    void generate_withAndWithoutAdaIn_isRefused() {
        assertRefused(
                "expected either --adain-start or --no-adain, but was both",
                "a.mp4",
                "--no-adain",
                "--adain-start",
                "0.5");
    }

    @Test
    void generate_framesThatTheFormatDoesNotTake_isRefusedBeforeTheWork() {
        assertRefused("expected frames of at least 16x16 pixels, but was 8x8", "a.mp4", "--frame-size", "8x8");
    }

    @Test
    void generate_enlargedFramesBeyondAllBounds_isRefusedBeforeTheWork() {
        assertRefused("expected a frame of at most ", "a.gif", "--frame-size", "512x512", "--enlarge", "64");
        assertRefused("expected a frame of at most ", "frames", "--frame-size", "512x512", "--enlarge", "64");
    }

    @Test
    void generate_endingWithoutAName_isRefusedBeforeTheWork() {
        assertRefused("expected a file name ending in .mp4, .webm or .gif, but was .mp4", ".mp4");
    }

    @Test
    void generate_nameThatNoFileSystemTakes_isRefusedBeforeTheWork() {
        assertThat(lamp.run(
                        "generate",
                        "--model",
                        "none",
                        "--motion",
                        "none.safetensors",
                        "--prompt",
                        "a ball",
                        "--output",
                        folder.resolve("a".repeat(300) + ".mp4")))
                .isEqualTo(Lamp.FAILED);
        assertThat(lamp.err()).startsWith("lamp: expected names of at most 255 bytes, but was one of 304 (");
    }

    @Test
    void train_validationWithoutAnInterval_isRefused() {
        assertThat(lamp.run(
                        "train",
                        "--model",
                        "none",
                        "--clips",
                        folder,
                        "--output",
                        folder.resolve("a.safetensors"),
                        "--validate-steps",
                        "20"))
                .isEqualTo(Lamp.BAD_USAGE);
        assertThat(lamp.err()).startsWith("lamp: expected --validate-every N, but was none");
    }
}
