package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lamp4j.examples.report.Figure;
import org.lamp4j.examples.report.Report;
import org.lamp4j.examples.score.BenchmarkEvaluation.ClipFigures;
import org.lamp4j.examples.score.BenchmarkEvaluation.Figures;
import org.lamp4j.media.VideoClip;

/** The scores of generated clips, as text and as a page. */
final class EvaluationReport {

    private static final List<String> SCORES = List.of("alignment", "consistency");

    private EvaluationReport() {}

    /** Returns the headings of a clip's figures; there are no scores without a CLIP model. */
    static List<String> columns(Figures figures) {
        List<String> columns = new ArrayList<>(List.of("motion", "prompt"));
        figures.clipModel().ifPresent(model -> columns.addAll(SCORES));
        columns.addAll(List.of("frame 0 PSNR", "SSIM", "direction", "pixels a frame"));
        return columns;
    }

    /** Returns a clip's figures, one for each of the columns. */
    static List<String> cells(ClipFigures clip) {
        List<String> cells = new ArrayList<>(List.of(clip.motion(), clip.prompt()));
        clip.scores().ifPresent(scores -> {
            cells.add(number("%.2f", scores.alignment()));
            cells.add(number("%.2f", scores.consistency()));
        });
        cells.add(number("%.1f dB", clip.firstFrame().psnr()));
        cells.add(number("%.3f", clip.firstFrame().ssim()));
        cells.add(number("%.0f°", clip.movement().direction()));
        cells.add(number("%.2f", clip.movement().magnitude()));
        return cells;
    }

    /** Returns the scores of all clips together, and how many these are. */
    static String summary(Figures figures) {
        int scored = figures.clips().size();
        String count = (scored == figures.clipCount() ? "" : scored + " of ") + figures.clipCount() + " clips";
        return figures.means()
                .map(means -> "alignment " + number("%.2f", means.alignment()) + ", consistency "
                        + number("%.2f", means.consistency()) + ", diversity "
                        + figures.diversity()
                                .map(score -> number("%.2f", score))
                                .orElse("of a single clip is undefined")
                        + " (" + count + ")")
                .orElse(count);
    }

    static void write(Path file, Figures figures, Path benchmark, Path clips) throws IOException {
        Map<String, List<Figure>> byMotion = new LinkedHashMap<>();
        for (ClipFigures clip : figures.clips()) {
            String caption = clip.prompt()
                    + clip.scores()
                            .map(scores -> ": alignment " + number("%.2f", scores.alignment()) + ", consistency "
                                    + number("%.2f", scores.consistency()))
                            .orElse("");
            byMotion.computeIfAbsent(clip.motion(), motion -> new ArrayList<>()).add(figure(clip.file(), caption));
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("CLIP model", figures.clipModel().orElse("none"));
        settings.put("first frames", benchmark.toString());
        settings.put("clips", clips.toString());
        List<String> text = new ArrayList<>(List.of(summary(figures)));
        figures.failures().forEach(failure -> text.add("Failed: " + ErrorLine.of(failure.problem())));
        Report report = new Report("Scores of " + figures.clips().size() + " clips")
                .text(text)
                .table(
                        "Scores",
                        columns(figures),
                        figures.clips().stream().map(EvaluationReport::cells).toList());
        byMotion.forEach(report::figures);
        report.settings(settings).write(file);
    }

    private static Figure figure(Path file, String caption) throws IOException {
        return Files.isDirectory(file) ? Figure.of(VideoClip.read(file), caption) : Figure.ofFile(file, caption);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
