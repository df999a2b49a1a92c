package org.lamp4j.examples.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lamp4j.examples.score.BenchmarkEvaluation;
import org.lamp4j.examples.score.BenchmarkEvaluation.ClipFigures;
import org.lamp4j.examples.score.BenchmarkEvaluation.Figures;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.modelfile.StrictJson;
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
            required = true,
            paramLabel = "DIR",
            description =
                    "A CLIP model with both towers in Hugging Face layout, such as openai/clip-vit-large-patch14.")
    private Path clipModel;

    @Mixin
    private DeviceOption device;

    @Option(
            names = "--benchmark",
            required = true,
            paramLabel = "DIR",
            description = "First frames, MOTION/PROMPT.png with underscores for spaces.")
    private Path benchmark;

    @Option(
            names = "--clips",
            required = true,
            paramLabel = "DIR",
            description = "The clip made from each, MOTION/PROMPT.mp4, .webm, .gif or a folder of frames.")
    private Path clips;

    @Option(names = "--json", paramLabel = "FILE", description = "Write all figures there, too.")
    private Path json;

    @Option(names = "--report", paramLabel = "FILE", description = "Write a page to look at, an .html file.")
    private Path report;

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
            AtomicFile.write(json, json(figures));
        }
        if (report != null) {
            EvaluationReport.write(report, figures, benchmark, clips);
        }
        return Lamp.OK;
    }

    private Figures figures() throws IOException {
        try (PhaseDisplay display = new PhaseDisplay(spec.commandLine().getErr());
                ClipModel clip = ClipModel.open(clipModel, device.get())) {
            return new BenchmarkEvaluation(clip, benchmark, clips)
                    .run((done, count) -> display.show(new ProgressDisplay.Step("scoring clips", done, count, "")));
        }
    }

    private static void print(Figures figures, PrintWriter out) {
        out.println("CLIP model " + figures.clipModel());
        out.println();
        out.println("| " + String.join(" | ", EvaluationReport.COLUMNS) + " |");
        out.println("|" + "---|".repeat(EvaluationReport.COLUMNS.size()));
        for (ClipFigures clip : figures.clips()) {
            out.println("| " + String.join(" | ", EvaluationReport.cells(clip)) + " |");
        }
        out.println();
        out.println(EvaluationReport.summary(figures));
    }

    private static String json(Figures figures) throws IOException {
        JsonMapper mapper = StrictJson.mapper();
        ObjectNode root = mapper.createObjectNode();
        root.put("clip_model", figures.clipModel());
        root.put("alignment", figures.alignment());
        root.put("consistency", figures.consistency());
        figures.diversity().ifPresent(score -> root.put("diversity", score));
        ArrayNode list = root.putArray("clips");
        for (ClipFigures clip : figures.clips()) {
            ObjectNode node = list.addObject();
            node.put("motion", clip.motion());
            node.put("prompt", clip.prompt());
            node.put("alignment", clip.alignment());
            node.put("consistency", clip.consistency());
            if (Double.isFinite(clip.firstFrame().psnr())) {
                node.put("frame0_psnr", clip.firstFrame().psnr());
            } else {
                node.putNull("frame0_psnr"); // JSON has no infinity, which the same picture has
            }
            node.put("frame0_ssim", clip.firstFrame().ssim());
            node.put("right_pixels_per_frame", clip.movement().right());
            node.put("down_pixels_per_frame", clip.movement().down());
            node.put("magnitude_pixels_per_frame", clip.movement().magnitude());
            node.put("direction_degrees", clip.movement().direction());
            node.put("moving_share", clip.movement().movingShare());
        }
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }
}
