package org.lamp4j.examples.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.device.Device;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.video.ContactSheet;
import org.lamp4j.video.MediaWriter;

/**
 * Measures a small base model: its auto-encoder, its images, and the motions that are learned on it. The result is a
 * table in Markdown, line by line; the clips lie beside it as contact sheets.
 */
public final class EmbeddedModelEvaluation {

    private static final int ENLARGEMENT = 2;
    private static final int SHEET_COLUMNS = 8;

    private final Path model;
    private final Path folder;
    private final Settings settings;
    private final Consumer<String> table;

    /**
     * How motions are learned and clips generated, and on what.
     *
     * @param training options of the training
     * @param generation options of the generation of a window
     * @param extension how a clip goes on after its first window
     * @param clips the drawn clips and held-out scenes
     */
    public record Settings(
            TrainingOptions training, GenerationOptions generation, Extension extension, MotionClips clips) {

        /**
         * Generates a clip.
         *
         * @param pattern the motion
         * @param caption what the clip shows
         * @param firstFrame where it begins
         * @return the frames of a window and those of the extension
         */
        public VideoClip generate(MotionPattern pattern, String caption, RgbImage firstFrame) {
            return pattern.extend(pattern.generate(caption, firstFrame, generation), caption, extension, generation);
        }

        int frameCount() {
            return generation.frameCount() + extension.frameCount();
        }
    }

    /**
     * Prepares an evaluation.
     *
     * @param model folder of the model
     * @param folder where clips and sheets go; made if it is not there
     * @param settings how motions are learned and clips generated
     * @param table takes each line of the table as soon as it is known
     */
    public EmbeddedModelEvaluation(Path model, Path folder, Settings settings, Consumer<String> table) {
        this.model = model;
        this.folder = folder;
        this.settings = settings;
        this.table = table;
    }

    /**
     * Measures auto-encoder and images.
     *
     * @param count number of unseen scenes, and of captions
     * @throws IOException if the model cannot be read or a file not be written
     */
    public void evaluateBase(int count) throws IOException {
        BaseModelScore score;
        try (Backbone backbone = Backbone.load(model, Device.cpu())) {
            score = BaseModelScore.of(backbone, count, settings.generation().seed());
        }
        writeSheet(rows(score.images()), "images.png");
        table.accept("| of the base model | measured | goal |");
        table.accept("|---|---|---|");
        line("| unseen scenes after encoding and decoding | %.1f dB | 30 dB |", score.psnr());
        line("| the same, within the object | %.1f dB | |", score.objectPsnr());
        line("| images that show the caption's object | %d of %d | 80 %% |", score.rightObjects(), count);
        line("| images that show the caption's backdrop | %d of %d | 95 %% |", score.rightBackdrops(), count);
        table.accept("");
    }

    /**
     * Trains on the clips of each motion and measures what becomes of the held-out scenes.
     *
     * @param motions the motions
     * @throws IOException if the model cannot be read or a file not be written
     */
    public void evaluateMotions(List<Motion> motions) throws IOException {
        table.accept("| motion | by | right motion | right magnitude | mean magnitude | same object | background |");
        table.accept("|---|---|---|---|---|---|---|");
        try (Backbone backbone = Backbone.load(model, Device.cpu())) {
            for (Motion motion : motions) {
                evaluate(motion, backbone);
            }
        }
    }

    private void evaluate(Motion motion, Backbone backbone) throws IOException {
        Path own = folder.resolve(motion.name().toLowerCase(Locale.ROOT));
        settings.clips().write(motion, own);
        long start = System.nanoTime();
        MotionPattern pattern =
                MotionPattern.train(backbone, TrainingClips.in(own.resolve("clips")), settings.training());
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        pattern.save(own.resolve("pattern.safetensors"));
        List<VideoClip> learned = generate(motion, pattern);
        writeSheet(learned, motion.name().toLowerCase(Locale.ROOT) + ".png");
        report(score(motion, "learned in " + time.toSeconds() + " s", learned));
        report(score(motion, "untrained", generate(motion, MotionPattern.untrained(backbone))));
        report(score(motion, "first frame copied", copies(motion)));
    }

    private List<VideoClip> generate(Motion motion, MotionPattern pattern) {
        List<VideoClip> clips = new ArrayList<>();
        for (CaptionedScene start : settings.clips().heldOutStarts(motion)) {
            clips.add(settings.generate(pattern, start.caption(), start.scene().image()));
        }
        return clips;
    }

    private List<VideoClip> copies(Motion motion) {
        return settings.clips().heldOutStarts(motion).stream()
                .map(start -> VideoClip.of(
                        Collections.nCopies(settings.frameCount(), start.scene().image()), 1))
                .toList();
    }

    private MotionEvaluation score(Motion motion, String made, List<VideoClip> clips) {
        List<CaptionedScene> starts = settings.clips().heldOutStarts(motion);
        List<MotionScore> scores = new ArrayList<>();
        for (int index = 0; index < starts.size(); index++) {
            scores.add(
                    MotionScore.of(clips.get(index).frames(), starts.get(index).scene(), motion));
        }
        return new MotionEvaluation(motion, made, scores);
    }

    private void report(MotionEvaluation evaluation) {
        int count = evaluation.scores().size();
        line(
                "| %s | %s | %d of %d | %d of %d | %.2f | %d of %d | %.1f dB |",
                evaluation.motion().phrase(),
                evaluation.made(),
                evaluation.rightMotions(),
                count,
                evaluation.rightMagnitudes(),
                count,
                evaluation.meanMagnitude(),
                evaluation.sameObjects(),
                count,
                evaluation.backgroundPsnr());
    }

    private void line(String format, Object... arguments) {
        table.accept(String.format(Locale.ROOT, format, arguments));
    }

    private static List<VideoClip> rows(List<RgbImage> images) {
        List<VideoClip> rows = new ArrayList<>();
        for (int first = 0; first + SHEET_COLUMNS <= images.size(); first += SHEET_COLUMNS) {
            rows.add(VideoClip.of(images.subList(first, first + SHEET_COLUMNS), 1));
        }
        return rows;
    }

    private void writeSheet(List<VideoClip> clips, String name) throws IOException {
        if (clips.isEmpty()) {
            return;
        }
        Files.createDirectories(folder);
        ContactSheet.Builder sheet =
                ContactSheet.newBuilder().columns(clips.get(0).frameCount());
        clips.forEach(sheet::addClip);
        MediaWriter.newBuilder().enlargement(ENLARGEMENT).build().writeImage(sheet.build(), folder.resolve(name));
    }
}
