package org.lamp4j.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

class ReportTest {

    private static final RgbImage IMAGE = RgbImage.of(new FrameSize(8, 4), new byte[96]);

    @TempDir
    private Path folder;

    private String page(Report report) throws IOException {
        Path page = folder.resolve("new/report.html");
        report.write(page);
        return Files.readString(page);
    }

    @Test
    void write_textWithMarkup_escaped() throws IOException {
        Report report = new Report("a cat & <a> dog")
                .text(List.of("<p>"))
                .settings(Map.of("<name>", "\"value\""))
                .table("<h>", List.of("<c>"), List.of(List.of("<d>")));

        assertThat(page(report))
                .contains("<h1>a cat &amp; &lt;a&gt; dog</h1>", "<p>&lt;p&gt;</p>")
                .contains("<tr><td>&lt;name&gt;</td><td>&quot;value&quot;</td></tr>")
                .contains("<h2>&lt;h&gt;</h2>", "<tr><th>&lt;c&gt;</th></tr>", "<tr><td>&lt;d&gt;</td></tr>");
    }

    @Test
    void settings_valueOfJson_isShownAsLines() throws IOException {
        Report report = new Report("x")
                .settings(Map.of("options", "{\"steps\":40,\"modules\":[\"conv1d\",\"attn_temp\"],\"<a>\":\"<b>\"}"))
                .settings(Map.of("clips", "[{\"name\":\"a.mp4\",\"caption\":\"a cat\"},{\"name\":\"b.mp4\"}]"));

        assertThat(page(report))
                .contains("<td>steps: 40<br>modules: conv1d, attn_temp<br>&lt;a&gt;: &lt;b&gt;</td>")
                .contains("<td>name: a.mp4, caption: a cat<br>name: b.mp4</td>");
    }

    @Test
    void settings_valueThatOnlyLooksLikeJson_isShownAsItIs() throws IOException {
        Report report = new Report("x").settings(Map.of("prompt", "[a cat] sleeps", "negative_prompt", "[1] dog"));

        assertThat(page(report)).contains("<td>[a cat] sleeps</td>", "<td>[1] dog</td>");
    }

    @Test
    void write_files_insideThePage() throws IOException {
        Path image = Files.write(folder.resolve("first.PNG"), new byte[] {1});
        Path clip = Files.write(folder.resolve("clip.mp4"), new byte[] {2});
        Report report = new Report("x")
                .figures("Generated", List.of(Figure.ofFile(image, "a \"cat\""), Figure.ofFile(clip, "it runs")));

        assertThat(page(report))
                .contains("<img alt=\"a &quot;cat&quot;\" src=\"data:image/png;base64,AQ==\">")
                .contains(
                        "<video autoplay loop muted playsinline controls aria-label=\"it runs\" src=\"data:video/mp4;base64,Ag==\">")
                .contains("<figcaption>it runs</figcaption>")
                .doesNotContain("src=\"http", "src=\"/", "href=");
    }

    @Test
    void links_filesBesideThePage_relativeAndEscaped() throws IOException {
        assertThat(page(new Report("x").links("Files", List.of("clips/", "a&b.mp4"))))
                .contains("<h2>Files</h2>", "<li><a href=\"clips/\">clips/</a></li>")
                .contains("<li><a href=\"a&amp;b.mp4\">a&amp;b.mp4</a></li>");
    }

    @Test
    void of_imageAndTinyClip_areEncoded() throws IOException {
        Figure clip = Figure.of(VideoClip.of(Collections.nCopies(2, IMAGE), 8), "it runs");

        assertThat(clip.html()).containsPattern("src=\"data:video/mp4;base64,[\\w+/]{400,}");
        assertThat(Figure.of(IMAGE, "a cat").html()).containsPattern("src=\"data:image/png;base64,iVBORw0KGgo");
    }

    @Test
    void write_nothingToShow_noHeadingForIt() throws IOException {
        assertThat(page(new Report("x").figures("Generated", List.of()).losses(1, List.of())))
                .doesNotContain("<h2>");
    }

    @Test
    void ofFile_whatBrowsersDoNotShow_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Figure.ofFile(Path.of("clip.avi"), ""))
                .withMessage("expected a .png, .gif, .mp4 or .webm file, but was clip.avi (Figure.ofFile)");
    }
}
