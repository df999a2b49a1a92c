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
import org.lamp4j.video.FfmpegMediaReader;

/** The scores of generated clips, as text and as a page. */
final class EvaluationReport {

    static final List<String> COLUMNS = List.of(
            "motion", "prompt", "alignment", "consistency", "frame 0 PSNR", "SSIM", "direction", "pixels a frame");

    private EvaluationReport() {}

    /** Returns a clip's figures, one for each of the columns. */
    static List<String> cells(ClipFigures clip) {
        return List.of(
                clip.motion(),
                clip.prompt(),
                number("%.2f", clip.alignment()),
                number("%.2f", clip.consistency()),
                number("%.1f dB", clip.firstFrame().psnr()),
                number("%.3f", clip.firstFrame().ssim()),
                number("%.0f°", clip.movement().direction()),
                number("%.2f", clip.movement().magnitude()));
    }

    /** Returns the scores of all clips together. */
    static String summary(Figures figures) {
        return "alignment " + number("%.2f", figures.alignment()) + ", consistency "
                + number("%.2f", figures.consistency()) + ", diversity "
                + figures.diversity().map(score -> number("%.2f", score)).orElse("of a single clip is undefined") + " ("
                + figures.clips().size() + " clips)";
    }

    static void write(Path file, Figures figures, Path benchmark, Path clips) throws IOException {
        Map<String, List<Figure>> byMotion = new LinkedHashMap<>();
        for (ClipFigures clip : figures.clips()) {
            String caption = clip.prompt() + ": alignment " + number("%.2f", clip.alignment()) + ", consistency "
                    + number("%.2f", clip.consistency());
            byMotion.computeIfAbsent(clip.motion(), motion -> new ArrayList<>()).add(figure(clip.file(), caption));
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("CLIP model", figures.clipModel());
        settings.put("first frames", benchmark.toString());
        settings.put("clips", clips.toString());
        Report report = new Report("Scores of " + figures.clips().size() + " clips")
                .text(List.of(summary(figures)))
                .table(
                        "Scores",
                        COLUMNS,
                        figures.clips().stream().map(EvaluationReport::cells).toList());
        byMotion.forEach(report::figures);
        report.settings(settings).write(file);
    }

    private static Figure figure(Path file, String caption) throws IOException {
        return Files.isDirectory(file)
                ? Figure.of(new FfmpegMediaReader().readClip(file), caption)
                : Figure.ofFile(file, caption);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
