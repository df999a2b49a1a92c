package org.lamp4j.examples.evaluate;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.device.Device;
import org.lamp4j.errors.StoppedException;
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
     * @param extension how a clip goes on after its first window; empty where that is all of it
     * @param clips the drawn clips and held-out scenes
     */
    public record Settings(
            TrainingOptions training, GenerationOptions generation, Optional<Extension> extension, MotionClips clips) {

        /**
         * Generates a clip.
         *
         * @param pattern the motion
         * @param caption what the clip shows
         * @param firstFrame where it begins
         * @return the frames of a window and those of the extension
         */
        public VideoClip generate(MotionPattern pattern, String caption, RgbImage firstFrame) {
            VideoClip window = pattern.generate(caption, firstFrame, generation);
            return extension
                    .map(more -> pattern.extend(window, caption, more, generation))
                    .orElse(window);
        }

        /**
         * Returns how many frames a clip comes to have.
         *
         * @return frames of a window and of the extension
         */
        public int frameCount() {
            return generation.frameCount()
                    + extension.map(Extension::frameCount).orElse(0);
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
     * Trains on the clips of each motion and measures what becomes of the held-out scenes. A network of this size gains
     * little from a second thread, so there are as many runs at a time as there are processors, a thread each.
     *
     * @param motions the motions
     * @param baselines whether there are rows to compare with
     * @throws IOException if the model cannot be read or a file not be written
     * @throws StoppedException if the thread is interrupted, whose flag stays set
     */
    public void evaluateMotions(List<Motion> motions, Baselines baselines) throws IOException {
        try (Backbone backbone = Backbone.load(model, Device.cpu().withThreads(1))) {
            ExecutorService executor =
                    Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
            try {
                List<Row> rows = new ArrayList<>();
                for (Motion motion : motions) {
                    rows.add(row(motion, "", executor, settings -> learned(motion, backbone, settings)));
                    if (baselines == Baselines.WITH) {
                        rows.addAll(comparisons(motion, executor, backbone));
                    }
                }
                print(rows);
            } finally {
                executor.shutdownNow();
                Uninterruptibles.awaitTerminationUninterruptibly(executor);
            }
        }
    }

    private List<Row> comparisons(Motion motion, ExecutorService executor, Backbone backbone) {
        MotionPattern nothing = MotionPattern.untrained(backbone);
        return List.of(
                row(motion, "untrained", executor, settings -> made(generated(motion, nothing, settings))),
                row(
                        motion,
                        "drawn, through the auto-encoder",
                        executor,
                        settings -> made(encoded(motion, backbone, settings))),
                row(motion, "first frame copied", executor, settings -> made(copied(motion, settings))));
    }

    private Row row(Motion motion, String by, ExecutorService executor, Making making) {
        List<Future<Scored>> scored = new ArrayList<>();
        for (Settings settings : runs) {
            scored.add(executor.submit(() -> {
                Made made = making.of(settings);
                return new Scored(MotionEvaluation.scores(motion, settings.clips(), made.clips()), made.learning());
            }));
        }
        return new Row(motion, by, scored);
    }

    private void print(List<Row> rows) throws IOException {
        table.accept("| motion | by | right motion | right magnitude | mean magnitude | all frames | background |");
        table.accept("|---|---|---|---|---|---|---|");
        for (Row row : rows) {
            table.accept(row.line());
        }
    }

    private Made learned(Motion motion, Backbone backbone, Settings settings) throws IOException {
        String name = motion.name().toLowerCase(Locale.ROOT) + "-seed-"
                + settings.training().seed();
        Path own = folder.resolve(name);
        settings.clips().write(motion, own);
        long start = System.nanoTime();
        MotionPattern pattern =
                MotionPattern.train(backbone, TrainingClips.in(own.resolve("clips")), settings.training());
        Duration learning = Duration.ofNanos(System.nanoTime() - start);
        pattern.save(own.resolve("pattern.safetensors"));
        List<VideoClip> clips = generated(motion, pattern, settings);
        writeSheet(clips, name + ".png");
        return new Made(clips, learning);
    }

    private static Made made(List<VideoClip> clips) {
        return new Made(clips, Duration.ZERO);
    }

    /** Clips of a run, and how long it took to learn how to make them. */
    private record Made(List<VideoClip> clips, Duration learning) {}

    /** What clips of a run are worth, and how long it took to learn how to make them. */
    private record Scored(List<MotionScore> scores, Duration learning) {}

    /** How clips of a run are made. */
    private interface Making {
        Made of(Settings settings) throws IOException;
    }

    /** A line of the table, whose runs are under way; without a name, of what was learned. */
    private record Row(Motion motion, String by, List<Future<Scored>> runs) {

        String line() throws IOException {
            MotionEvaluation evaluation = new MotionEvaluation(motion);
            Duration learning = Duration.ZERO;
            for (Future<Scored> run : runs) {
                Scored result = result(run);
                evaluation.add(result.scores());
                learning = learning.plus(result.learning());
            }
            return evaluation.row(
                    by.isEmpty()
                            ? "learned in " + learning.dividedBy(runs.size()).toSeconds() + " s"
                            : by);
        }

        private static Scored result(Future<Scored> run) throws IOException {
            try {
                return run.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StoppedException("the evaluation was stopped before all motions were learned");
            } catch (ExecutionException e) {
                Throwable cause = Objects.requireNonNull(e.getCause());
                Throwables.throwIfInstanceOf(cause, IOException.class);
                Throwables.throwIfUnchecked(cause);
                throw new IllegalStateException(cause);
            }
        }
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
