package org.lamp4j.examples.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lamp4j.examples.score.BenchmarkEvaluation.ClipFigures;
import org.lamp4j.examples.score.BenchmarkEvaluation.Failure;
import org.lamp4j.examples.score.BenchmarkEvaluation.Figures;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.StrictJson;

/** The figures of generated clips, for other programs. */
final class EvaluationJson {

    private EvaluationJson() {}

    static void write(Path file, Figures figures) throws IOException {
        JsonMapper mapper = StrictJson.mapper();
        String text = StrictJson.indented(root(mapper, figures));
        Files.createDirectories(file.toAbsolutePath().getParent());
        AtomicFile.write(file, text);
    }

    private static ObjectNode root(JsonMapper mapper, Figures figures) {
        ObjectNode root = mapper.createObjectNode();
        root.put("clip_count", figures.clipCount());
        root.put("scored_clip_count", figures.clips().size());
        figures.clipModel().ifPresent(name -> root.put("clip_model", name));
        figures.means().ifPresent(means -> {
            root.put("alignment", means.alignment());
            root.put("consistency", means.consistency());
        });
        figures.diversity().ifPresent(score -> root.put("diversity", score));
        ArrayNode list = root.putArray("clips");
        figures.clips().forEach(clip -> put(clip, list.addObject()));
        ArrayNode failures = root.putArray("failures");
        for (Failure failure : figures.failures()) {
            failures.addObject()
                    .put("motion", failure.motion())
                    .put("prompt", failure.prompt())
                    .put("reason", ErrorLine.of(failure.problem()));
        }
        return root;
    }

    private static void put(ClipFigures clip, ObjectNode node) {
        node.put("motion", clip.motion());
        node.put("prompt", clip.prompt());
        clip.scores().ifPresent(scores -> {
            node.put("alignment", scores.alignment());
            node.put("consistency", scores.consistency());
        });
        if (Double.isFinite(clip.firstFrame().psnr())) {
            node.put("frame0_psnr", clip.firstFrame().psnr());
        } else {
            node.putNull("frame0_psnr"); // JSON has no infinity, which the same image has
        }
        node.put("frame0_ssim", clip.firstFrame().ssim());
        node.put("right_pixels_per_frame", clip.movement().right());
        node.put("down_pixels_per_frame", clip.movement().down());
        node.put("magnitude_pixels_per_frame", clip.movement().magnitude());
        node.put("direction_degrees", clip.movement().direction());
        node.put("moving_share", clip.movement().movingShare());
    }
}
