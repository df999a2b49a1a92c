package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are replaced without being asked for, given as what must stay. */
class SideFilesTest {

    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private void assertRefused(String message, String... arguments) {
        assertThat(Lamp.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments))
                .isEqualTo(Lamp.BAD_USAGE);
        assertThat(err.toString()).startsWith("lamp: " + message);
    }

    private void assertPreviewRefused(Path image, String preview) {
        assertRefused(
                "expected a file of its own for --preview, but was that of --image (" + preview + ")",
                "generate",
                "--model",
                "model",
                "--motion",
                "pattern.safetensors",
                "--image",
                image.toString(),
                "--prompt",
                "a ball",
                "--output",
                "clip.mp4",
                "--preview",
                preview);
    }

    @Test
    void report_withAnotherEnding_isRefused() {
        assertRefused(
                "expected a file ending in .html for --report, but was pattern.safetensors",
                "train",
                "--clips",
                "clips",
                "--output",
                "pattern.safetensors",
                "--report",
                "pattern.safetensors");
    }

    @Test
    void preview_thatIsTheImage_isRefused() throws IOException {
        Path image = Files.writeString(folder.resolve("ball.png"), "an image");
        String other = folder.resolve("x").resolve("..").resolve("ball.png").toString();

        assertPreviewRefused(image, other);
    }

    @Test
    void preview_thatIsALink_isRefused() throws IOException {
        Path image = Files.writeString(folder.resolve("ball.png"), "an image");
        Path link = Files.createSymbolicLink(folder.resolve("link.png"), image);

        assertPreviewRefused(image, link.toString());
    }

    @Test
    void report_thatIsAlsoTheJson_isRefused() {
        assertRefused(
                "expected a file ending in .json for --json, but was figures.html",
                "evaluate",
                "--benchmark",
                "benchmark",
                "--clips",
                "clips",
                "--json",
                "figures.html",
                "--report",
                "figures.html");
    }
}
