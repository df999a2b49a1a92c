package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lamp4j.examples.score.BenchmarkEvaluation;
import org.lamp4j.examples.score.BenchmarkEvaluation.ClipFigures;
import org.lamp4j.examples.score.BenchmarkEvaluation.Figures;
import org.lamp4j.files.PrintableText;
import org.lamp4j.onnx.clip.ClipModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Scores generated clips as LAMP's paper does. */
@Command(
        name = "evaluate",
        description =
                "Computes LAMP's CLIP scores of generated clips, how well their first frame is kept, and how they move.")
final class EvaluateCommand implements Callable<Integer> {

    @Option(
            names = "--clip-model",
            paramLabel = "DIR",
            description =
                    "A CLIP model with both towers in Hugging Face layout, such as openai/clip-vit-large-patch14. Without "
                            + "it, only how well first frames are kept and how clips move is measured.")
    private Optional<Path> clipModel = Optional.empty();

    @Mixin
    private DeviceOption device;

    @Option(
            names = "--benchmark",
            required = true,
            paramLabel = "DIR",
            description = "First frames, MOTION/PROMPT.png with underscores for spaces. Motions may be linked.")
    private Path benchmark;

    @Option(
            names = "--clips",
            required = true,
            paramLabel = "DIR",
            description =
                    "The clip made from each, MOTION/PROMPT.mp4, .webm, .gif or a folder of frames. Those that are "
                            + "missing or damaged are listed at the end, with exit code 1; the others are scored.")
    private Path clips;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures there, too.")
    private @Nullable Path json;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a page to look at, an .html file.")
    private @Nullable Path report;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (json != null) {
            OutputPlace.ofFile(json);
        }
        if (report != null) {
            OutputPlace.ofFile(report);
        }
        Figures figures = figures();
        print(figures, spec.commandLine().getOut());
        if (json != null) {
            EvaluationJson.write(json, figures);
        }
        if (report != null) {
            EvaluationReport.write(report, figures, benchmark, clips);
        }
        if (figures.failures().isEmpty()) {
            return Lamp.OK;
        }
        PrintWriter err = spec.commandLine().getErr();
        err.println(
                "lamp: " + figures.failures().size() + " of " + figures.clipCount() + " clips could not be scored:");
        figures.failures().forEach(failure -> err.println("  " + ErrorLine.of(failure.problem())));
        return Lamp.FAILED;
    }

    private Figures figures() throws IOException {
        if (clipModel.isEmpty()) {
            return figures(Optional.empty());
        }
        try (ClipModel clip = ClipModel.open(clipModel.get(), device.get())) {
            return figures(Optional.of(clip));
        }
    }

    private Figures figures(Optional<ClipModel> clip) throws IOException {
        try (PhaseDisplay display = new PhaseDisplay(spec.commandLine().getErr())) {
            return new BenchmarkEvaluation(clip, benchmark, clips)
                    .run((done, count) -> display.show(new ProgressDisplay.Step("scoring clips", done, count, "")));
        }
    }

    private static void print(Figures figures, PrintWriter out) {
        figures.clipModel().ifPresent(name -> out.println("CLIP model " + name + System.lineSeparator()));
        List<String> columns = EvaluationReport.columns(figures);
        out.println("| " + String.join(" | ", columns) + " |");
        out.println("|" + "---|".repeat(columns.size()));
        for (ClipFigures clip : figures.clips()) {
            out.println("| " + PrintableText.line(String.join(" | ", EvaluationReport.cells(clip))) + " |");
        }
        out.println();
        out.println(EvaluationReport.summary(figures));
    }
}
