package org.lamp4j.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a run learned from and what it made, as one web page that needs no other file.
 *
 * @param prompt the prompt of the generated clip
 * @param trainingClips the clips that were learned from
 * @param losses the loss of each training step
 * @param firstFrame the picture that generation started from, a PNG file
 * @param result the generated clip, an MP4 file
 * @param sheet all its frames side by side, a PNG file
 * @param findings what was measured, in words
 * @param settings names and values of the options of the run
 */
record Report(
        String prompt,
        List<CaptionedFile> trainingClips,
        List<Float> losses,
        Path firstFrame,
        Path result,
        Path sheet,
        List<String> findings,
        Map<String, String> settings) {

    /**
     * A clip and what it shows.
     *
     * @param file an MP4 file
     * @param caption what it shows
     */
    record CaptionedFile(Path file, String caption) {}

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>lamp: %1$s</title>
            <style>
              body { font: 16px/1.5 system-ui, sans-serif; max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
              figure { display: inline-block; margin: 0 12px 12px 0; vertical-align: top; }
              figcaption { color: #555; font-size: 12px; max-width: 132px; }
              img, video { image-rendering: pixelated; background: #ddd; }
              .large img, .large video { width: 256px; height: 256px; }
              .small video { width: 132px; height: 132px; }
              .sheet { width: 100%%; }
              td { padding-right: 2rem; border-bottom: 1px solid #ddd; vertical-align: top; overflow-wrap: anywhere; }
              td:first-child { white-space: nowrap; }
              svg text { font: 12px system-ui, sans-serif; fill: #555; }
            </style>
            </head>
            <body>
            <h1>&ldquo;%1$s&rdquo;</h1>
            <div class="large">
            <figure><img alt="first frame" src="%2$s"><figcaption>first frame, given</figcaption></figure>
            <figure><video autoplay loop muted playsinline controls src="%3$s"></video>
            <figcaption>generated</figcaption></figure>
            </div>
            %4$s
            <img class="sheet" alt="all frames" src="%5$s">
            <h2>Learned from</h2>
            <div class="small">
            %6$s
            </div>
            <h2>Loss</h2>
            %7$s
            <h2>Settings</h2>
            <table>
            %8$s
            </table>
            </body>
            </html>
            """;

    /**
     * Writes the page.
     *
     * @param file where to
     * @throws IOException if a picture or clip cannot be read or the page not be written
     */
    void write(Path file) throws IOException {
        StringBuilder clips = new StringBuilder();
        for (CaptionedFile clip : trainingClips) {
            clips.append("<figure><video autoplay loop muted playsinline src=\"")
                    .append(dataUri("video/mp4", clip.file()))
                    .append("\"></video><figcaption>")
                    .append(escape(clip.caption()))
                    .append("</figcaption></figure>\n");
        }
        Files.writeString(
                file,
                PAGE.formatted(
                        escape(prompt),
                        dataUri("image/png", firstFrame),
                        dataUri("video/mp4", result),
                        findings.stream()
                                .map(finding -> "<p>" + escape(finding) + "</p>")
                                .collect(Collectors.joining("\n")),
                        dataUri("image/png", sheet),
                        clips,
                        LossCurve.svg(losses),
                        settings.entrySet().stream()
                                .map(setting -> "<tr><td>" + escape(setting.getKey()) + "</td><td>"
                                        + escape(setting.getValue()) + "</td></tr>")
                                .collect(Collectors.joining("\n"))));
    }

    private static String dataUri(String type, Path file) throws IOException {
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
