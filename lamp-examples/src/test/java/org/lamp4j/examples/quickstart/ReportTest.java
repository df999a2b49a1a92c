package org.lamp4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    private Path folder;

    @Test
    void write_textWithMarkup_escaped() throws IOException {
        assertThat(page()).contains("<h1>&ldquo;a cat &amp; &lt;a&gt; dog&rdquo;</h1>");
    }

    @Test
    void write_files_insideThePage() throws IOException {
        assertThat(page())
                .contains("<img alt=\"first frame\" src=\"data:image/png;base64,AQ==\">")
                .contains("<video autoplay loop muted playsinline controls src=\"data:video/mp4;base64,Ag==\">")
                .contains("<video autoplay loop muted playsinline src=\"data:video/mp4;base64,Aw==\">")
                .contains("<td>steps</td><td>450</td>")
                .contains("<p>100 % of the way</p>");
    }

    private String page() throws IOException {
        Path picture = Files.write(folder.resolve("first.png"), new byte[] {1});
        Path result = Files.write(folder.resolve("result.mp4"), new byte[] {2});
        Path training = Files.write(folder.resolve("training.mp4"), new byte[] {3});
        Path page = folder.resolve("report.html");
        new Report(
                        "a cat & <a> dog",
                        List.of(new Report.CaptionedFile(training, "a dog")),
                        List.of(1f, 0.5f),
                        picture,
                        result,
                        picture,
                        List.of("100 % of the way"),
                        Map.of("steps", "450"))
                .write(page);
        return Files.readString(page);
    }
}
