package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lamp4j.MotionPattern;
import org.lamp4j.examples.report.Figure;
import org.lamp4j.examples.report.Report;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.video.ContactSheet;

/** The page about generated clips. */
final class GenerationReport {

    private static final String PROMPT = "prompt";
    private static final String SEED = "seed";

    private final List<Figure> firstFrames = new ArrayList<>();
    private final List<Figure> clips = new ArrayList<>();
    private final List<Figure> previews = new ArrayList<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private String title = "";
    private @Nullable RgbImage sheet;

    void add(RgbImage firstFrame, VideoClip clip) throws IOException {
        String prompt = clip.provenance().getOrDefault(PROMPT, "");
        firstFrames.add(Figure.of(firstFrame, prompt));
        clips.add(Figure.of(clip, prompt + ", seed " + clip.provenance().get(SEED)));
        title = "“" + prompt + "”";
        sheet = ContactSheet.newBuilder().addClip(clip).build();
        settings.putAll(clip.provenance());
    }

    /** Adds how the clip came out of the noise. */
    void previews(List<Figure> figures) {
        previews.addAll(figures);
    }

    /** Writes the page. Of a single clip it shows every frame, too. */
    void write(Path file, MotionPattern pattern, List<String> failures) throws IOException {
        boolean single = clips.size() == 1;
        if (!single) {
            // They are another for each clip, and stand below it.
            settings.keySet().removeAll(List.of(PROMPT, SEED));
        }
        pattern.provenance().forEach((name, value) -> settings.put("pattern: " + name, value));
        Report report = new Report(single ? title : clips.size() + " generated clips")
                .text(failures.stream().map(failure -> "Failed: " + failure).toList())
                .figures("Generated", clips)
                .figures("First frames", firstFrames)
                .figures("Previews over the steps", previews);
        if (single) {
            report.wideFigure("All frames", Figure.of(Objects.requireNonNull(sheet), "from left to right, in rows"));
        }
        report.settings(settings).write(file);
    }
}
