package org.lamp4j.examples.score;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.evaluation.ClipScores;
import org.lamp4j.evaluation.Likeness;
import org.lamp4j.evaluation.MotionStatistics;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.onnx.clip.ClipModel;
import org.lamp4j.tensor.FloatTensor;

/**
 * Scores generated clips as LAMP's paper does. First frames lie in {@code benchmark/MOTION/PROMPT.png}, with the
 * prompt's spaces as underscores, and the clip made from each in {@code clips/MOTION/PROMPT.mp4} (or {@code .gif},
 * {@code .webm}, or a folder of frames). A clip that is missing or cannot be scored does not keep the others from being
 * scored.
 */
public final class BenchmarkEvaluation {

    private final Optional<ClipModel> clip;
    private final Benchmark benchmark;

    /**
     * Prepares an evaluation.
     *
     * @param clip the open CLIP model, which stays the caller's; without it there are no scores, only the other figures
     * @param benchmark folder of the first frames
     * @param clips folder of the generated clips
     */
    public BenchmarkEvaluation(Optional<ClipModel> clip, Path benchmark, Path clips) {
        this.clip = clip;
        this.benchmark = new Benchmark(benchmark, clips);
    }

    /**
     * Scores of a clip, or their means over several.
     *
     * @param alignment of the frames with the prompt, cosine times 100
     * @param consistency of the frames with each other, cosine times 100
     */
    public record Scores(double alignment, double consistency) {}

    /**
     * What was found out about a clip.
     *
     * @param motion name of the motion's folder
     * @param prompt the prompt
     * @param file the clip, a video file or a folder of frames
     * @param scores empty without a CLIP model
     * @param firstFrame likeness of frame 0 with the given image
     * @param movement how things move in it
     */
    public record ClipFigures(
            String motion,
            String prompt,
            Path file,
            Optional<Scores> scores,
            Likeness firstFrame,
            MotionStatistics movement) {}

    /**
     * A clip that could not be scored.
     *
     * @param motion name of the motion's folder
     * @param prompt the prompt
     * @param problem why, with the file's name
     */
    public record Failure(String motion, String prompt, Exception problem) {}

    /**
     * What was found out about all clips that could be scored.
     *
     * @param clipModel which vision tower the scores are of; empty without a CLIP model
     * @param means of the clips' scores; empty without a CLIP model, or if no clip could be scored
     * @param diversity cosine times 100 between clips; empty without a CLIP model, or with less than two clips
     * @param clips the figures of each clip
     * @param failures the other clips
     */
    public record Figures(
            Optional<String> clipModel,
            Optional<Scores> means,
            Optional<Double> diversity,
            List<ClipFigures> clips,
            List<Failure> failures) {

        /**
         * Returns how many clips there should be.
         *
         * @return the number of first frames
         */
        public int clipCount() {
            return clips.size() + failures.size();
        }
    }

    /** Hears of each clip that has been scored. */
    @FunctionalInterface
    public interface Listener {

        /**
         * Hears of a clip.
         *
         * @param done how many are looked at
         * @param clips how many there are
         */
        void onClip(int done, int clips);
    }

    /**
     * Scores all clips that it can.
     *
     * @param listener hears of each
     * @return the figures
     * @throws IOException if there is no first frame
     * @throws StoppedException if the thread is interrupted, whose flag stays set
     */
    public Figures run(Listener listener) throws IOException {
        List<Benchmark.Pair> pairs = benchmark.pairs();
        List<ClipFigures> figures = new ArrayList<>();
        List<Failure> failures = new ArrayList<>();
        List<List<FloatTensor>> embeddings = new ArrayList<>();
        for (Benchmark.Pair pair : pairs) {
            requireGoingOn();
            try {
                Path file = pair.clip()
                        .orElseThrow(() -> new IOException("expected the clip " + pair.expected()
                                + " as .mp4, .webm, .gif or a folder of frames, but there is none"));
                VideoClip made = read(file);
                List<FloatTensor> frames = clip.isPresent() ? embed(made, clip.get()) : List.of();
                figures.add(figures(pair, file, made, frames));
                embeddings.add(frames);
            } catch (IOException | IllegalArgumentException problem) {
                requireGoingOn(); // an interrupt ends the reading of a file by an error, too
                failures.add(new Failure(pair.motion(), pair.prompt(), problem));
            }
            listener.onClip(figures.size() + failures.size(), pairs.size());
        }
        return new Figures(
                clip.map(ClipModel::variant),
                means(figures),
                clip.isEmpty() || embeddings.size() < 2
                        ? Optional.empty()
                        : Optional.of(ClipScores.diversity(embeddings)),
                List.copyOf(figures),
                List.copyOf(failures));
    }

    private static VideoClip read(Path file) throws IOException {
        VideoClip clip = VideoClip.read(file);
        if (clip.frameCount() < 2) {
            throw new IOException("expected a clip of at least 2 frames, but was 1 (" + file + ")");
        }
        return clip;
    }

    private static List<FloatTensor> embed(VideoClip made, ClipModel model) {
        List<FloatTensor> frames = new ArrayList<>();
        for (RgbImage frame : made.frames()) {
            requireGoingOn();
            frames.add(model.embed(frame));
        }
        return frames;
    }

    private static void requireGoingOn() {
        if (Thread.currentThread().isInterrupted()) {
            throw new StoppedException("stopped before all clips were scored");
        }
    }

    private ClipFigures figures(Benchmark.Pair pair, Path file, VideoClip made, List<FloatTensor> frames)
            throws IOException {
        RgbImage given = RgbImage.read(pair.firstFrame()).coverCrop(made.frameSize());
        return new ClipFigures(
                pair.motion(),
                pair.prompt(),
                file,
                clip.map(model -> new Scores(
                        ClipScores.alignment(frames, model.embed(pair.prompt())), ClipScores.consistency(frames))),
                Likeness.of(made.frames().get(0), given),
                MotionStatistics.of(made));
    }

    private static Optional<Scores> means(List<ClipFigures> figures) {
        List<Scores> scores =
                figures.stream().flatMap(clip -> clip.scores().stream()).toList();
        return scores.isEmpty()
                ? Optional.empty()
                : Optional.of(new Scores(mean(scores, Scores::alignment), mean(scores, Scores::consistency)));
    }

    private static double mean(List<Scores> scores, ToDoubleFunction<Scores> score) {
        return scores.stream().mapToDouble(score).average().orElseThrow();
    }
}
