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
import java.util.function.Function;
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
    private final List<Settings> runs;
    private final Consumer<String> table;

    /** Whether learned motions stand beside what they are compared with. */
    public enum Baselines {
        /** Only learned motions. */
        WITHOUT,
        /** An untrained pattern, the drawn clips after encoding and decoding, and copies of the first frame, too. */
        WITH
    }

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
     * @param runs how motions are learned and clips generated: one run for each seed, at least one
     * @param table takes each line of the table as soon as it is known
     */
    public EmbeddedModelEvaluation(Path model, Path folder, List<Settings> runs, Consumer<String> table) {
        this.model = model;
        this.folder = folder;
        this.runs = List.copyOf(runs);
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
            score = BaseModelScore.of(backbone, count, runs.get(0).generation().seed());
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
     * @param baselines whether there are rows to compare with
     * @throws IOException if the model cannot be read or a file not be written
     */
    public void evaluateMotions(List<Motion> motions, Baselines baselines) throws IOException {
        table.accept("| motion | by | right motion | right magnitude | mean magnitude | all frames | background |");
        table.accept("|---|---|---|---|---|---|---|");
        try (Backbone backbone = Backbone.load(model, Device.cpu())) {
            for (Motion motion : motions) {
                learn(motion, backbone);
                if (baselines == Baselines.WITH) {
                    compare(motion, backbone);
                }
            }
        }
    }

    private void learn(Motion motion, Backbone backbone) throws IOException {
        MotionEvaluation learned = new MotionEvaluation(motion);
        Duration time = Duration.ZERO;
        for (Settings settings : runs) {
            String name = motion.name().toLowerCase(Locale.ROOT) + "-seed-"
                    + settings.training().seed();
            Path own = folder.resolve(name);
            settings.clips().write(motion, own);
            long start = System.nanoTime();
            MotionPattern pattern =
                    MotionPattern.train(backbone, TrainingClips.in(own.resolve("clips")), settings.training());
            time = time.plusNanos(System.nanoTime() - start);
            pattern.save(own.resolve("pattern.safetensors"));
            List<VideoClip> clips = generated(motion, pattern, settings);
            writeSheet(clips, name + ".png");
            learned.add(settings.clips(), clips);
        }
        table.accept(learned.row("learned in " + time.dividedBy(runs.size()).toSeconds() + " s"));
    }

    private void compare(Motion motion, Backbone backbone) {
        MotionPattern nothing = MotionPattern.untrained(backbone);
        compare(motion, "untrained", settings -> generated(motion, nothing, settings));
        compare(motion, "drawn, through the auto-encoder", settings -> encoded(motion, backbone, settings));
        compare(motion, "first frame copied", settings -> copied(motion, settings));
    }

    private void compare(Motion motion, String made, Function<Settings, List<VideoClip>> making) {
        MotionEvaluation evaluation = new MotionEvaluation(motion);
        runs.forEach(settings -> evaluation.add(settings.clips(), making.apply(settings)));
        table.accept(evaluation.row(made));
    }

    private static List<VideoClip> generated(Motion motion, MotionPattern pattern, Settings settings) {
        List<VideoClip> clips = new ArrayList<>();
        for (CaptionedScene start : settings.clips().heldOutStarts(motion)) {
            clips.add(
                    settings.generate(pattern, start.caption(), settings.clips().firstFrame(motion, start.scene())));
        }
        return clips;
    }

    private static List<VideoClip> encoded(Motion motion, Backbone backbone, Settings settings) {
        List<VideoClip> clips = new ArrayList<>();
        for (CaptionedScene start : settings.clips().heldOutStarts(motion)) {
            clips.add(VideoClip.of(
                    settings.clips().clip(motion, start.scene()).frames().subList(0, settings.frameCount()).stream()
                            .map(frame -> BaseModelScore.reconstruct(
                                    frame, backbone.model().latentCodec()))
                            .toList(),
                    1));
        }
        return clips;
    }

    private static List<VideoClip> copied(Motion motion, Settings settings) {
        return settings.clips().heldOutStarts(motion).stream()
                .map(start -> VideoClip.of(
                        Collections.nCopies(
                                settings.frameCount(), settings.clips().firstFrame(motion, start.scene())),
                        1))
                .toList();
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
