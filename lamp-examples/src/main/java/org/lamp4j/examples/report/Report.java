package org.lamp4j.examples.report;

import static org.lamp4j.examples.report.Html.escape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lamp4j.files.AtomicFile;

/**
 * A web page that needs no other file: clips and images side by side, the loss curve, tables and settings, in the order
 * they are added.
 *
 * <pre>{@code
 * new Report("a horse runs")
 *         .figures("Generated", List.of(Figure.of(clip, "seed 7")))
 *         .losses(1, losses)
 *         .settings(pattern.provenance())
 *         .write(Path.of("report.html"));
 * }</pre>
 */
public final class Report {

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>lamp: %1$s</title>
            <style>
              body { font: 16px/1.5 system-ui, sans-serif; max-width: 1080px; margin: 2rem auto; padding: 0 1rem; }
              h2 { margin-top: 2rem; border-bottom: 1px solid #ddd; }
              .figures { display: flex; flex-wrap: wrap; gap: 12px; }
              figure { margin: 0; width: 256px; }
              .many figure { width: 168px; }
              .wide figure { width: 100%%; }
              figure img, figure video { width: 100%%; image-rendering: pixelated; background: #ddd; display: block; }
              figcaption { color: #555; font-size: 13px; line-height: 1.3; padding-top: 4px; overflow-wrap: anywhere; }
              .scroll { overflow-x: auto; }
              table { border-collapse: collapse; font-size: 14px; }
              th, td { text-align: left; padding: 4px 1.5rem 4px 0; border-bottom: 1px solid #ddd; vertical-align: top; }
              .settings td { overflow-wrap: anywhere; }
              .settings td:first-child { white-space: nowrap; }
              svg { max-width: 100%%; height: auto; }
              svg text { font: 12px system-ui, sans-serif; fill: #555; }
            </style>
            </head>
            <body>
            <h1>%1$s</h1>
            %2$s</body>
            </html>
            """;

    /** More figures than this are shown small. */
    private static final int FEW = 4;

    private final String title;
    private final StringBuilder body = new StringBuilder();

    /**
     * Begins a page.
     *
     * @param title its heading
     */
    public Report(String title) {
        this.title = title;
    }

    /**
     * Adds paragraphs.
     *
     * @param paragraphs what was found, in words
     * @return this report
     */
    public Report text(List<String> paragraphs) {
        paragraphs.forEach(
                paragraph -> body.append("<p>").append(escape(paragraph)).append("</p>\n"));
        return this;
    }

    /**
     * Adds figures side by side.
     *
     * @param heading what stands above them
     * @param figures the figures; without any, nothing is added
     * @return this report
     */
    public Report figures(String heading, List<Figure> figures) {
        return figures(heading, figures.size() > FEW ? "figures many" : "figures", figures);
    }

    /**
     * Adds a figure that is as wide as the page.
     *
     * @param heading what stands above it
     * @param figure the figure
     * @return this report
     */
    public Report wideFigure(String heading, Figure figure) {
        return figures(heading, "wide", List.of(figure));
    }

    private Report figures(String heading, String style, List<Figure> figures) {
        if (figures.isEmpty()) {
            return this;
        }
        heading(heading);
        body.append("<div class=\"").append(style).append("\">\n");
        figures.forEach(figure -> body.append(figure.html()));
        body.append("</div>\n");
        return this;
    }

    /**
     * Adds the curve of a training run's losses.
     *
     * @param firstStep number of the first step, from 1
     * @param losses the loss of each step; without any, nothing is added
     * @return this report
     */
    public Report losses(int firstStep, List<Float> losses) {
        if (!losses.isEmpty()) {
            heading("Loss");
            body.append(LossCurve.svg(firstStep, losses));
        }
        return this;
    }

    /**
     * Adds a table.
     *
     * @param heading what stands above it
     * @param columns headings of the columns
     * @param rows the cells of each row
     * @return this report
     */
    public Report table(String heading, List<String> columns, List<List<String>> rows) {
        heading(heading);
        body.append("<div class=\"scroll\"><table>\n").append(row("th", columns));
        rows.forEach(cells -> body.append(row("td", cells)));
        body.append("</table></div>\n");
        return this;
    }

    /**
     * Adds settings, seeds among them.
     *
     * @param settings names and values; a value of JSON is shown as lines
     * @return this report
     */
    public Report settings(Map<String, String> settings) {
        heading("Settings");
        body.append("<table class=\"settings\">\n");
        settings.forEach((name, value) -> body.append("<tr><td>")
                .append(escape(name))
                .append("</td><td>")
                .append(SettingValue.html(value))
                .append("</td></tr>\n"));
        body.append("</table>\n");
        return this;
    }

    /**
     * Adds links to files that lie beside the page.
     *
     * @param heading what stands above them
     * @param paths relative URLs from the page's folder on
     * @return this report
     */
    public Report links(String heading, List<String> paths) {
        heading(heading);
        body.append("<ul>\n");
        paths.forEach(path -> body.append("<li><a href=\"")
                .append(escape(path))
                .append("\">")
                .append(escape(path))
                .append("</a></li>\n"));
        body.append("</ul>\n");
        return this;
    }

    private void heading(String heading) {
        body.append("<h2>").append(escape(heading)).append("</h2>\n");
    }

    private static String row(String cell, List<String> cells) {
        return cells.stream()
                .map(text -> "<" + cell + ">" + escape(text) + "</" + cell + ">")
                .collect(Collectors.joining("", "<tr>", "</tr>\n"));
    }

    /**
     * Writes the page, whole or not at all.
     *
     * @param file where to; missing parent folders are made
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        AtomicFile.write(file, PAGE.formatted(escape(title), body));
    }
}
