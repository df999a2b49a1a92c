package org.lamp4j.examples.score;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.lamp4j.evaluation.ClipScores;
import org.lamp4j.evaluation.Likeness;
import org.lamp4j.evaluation.MotionStatistics;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.onnx.clip.ClipModel;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.video.FfmpegMediaReader;

/**
 * Scores generated clips as LAMP's paper does. First frames lie in {@code benchmark/MOTION/PROMPT.png}, with the prompt's
 * spaces as underscores, and the clip made from each in {@code clips/MOTION/PROMPT.mp4} (or {@code .gif}, {@code .webm}, or
 * a folder of frames).
 */
public final class BenchmarkEvaluation {

    private static final List<String> ENDINGS = List.of(".mp4", ".webm", ".gif", "");

    private final ClipModel clip;
    private final Path benchmark;
    private final Path clips;

    /**
     * Prepares an evaluation.
     *
     * @param clip the open CLIP model, which stays the caller's
     * @param benchmark folder of the first frames
     * @param clips folder of the generated clips
     */
    public BenchmarkEvaluation(ClipModel clip, Path benchmark, Path clips) {
        this.clip = clip;
        this.benchmark = benchmark;
        this.clips = clips;
    }

    /**
     * What was found out about a clip.
     *
     * @param motion name of the motion's folder
     * @param prompt the prompt
     * @param file the clip, a video file or a folder of frames
     * @param alignment of the frames with the prompt, cosine times 100
     * @param consistency of the frames with each other, cosine times 100
     * @param firstFrame likeness of frame 0 with the given picture
     * @param movement how things move in it
     */
    public record ClipFigures(
            String motion,
            String prompt,
            Path file,
            double alignment,
            double consistency,
            Likeness firstFrame,
            MotionStatistics movement) {}

    /**
     * What was found out about all clips.
     *
     * @param clipModel which vision tower the scores are of
     * @param alignment mean over the clips
     * @param consistency mean over the clips
     * @param diversity cosine times 100 between clips; empty for a single clip
     * @param clips the figures of each clip
     */
    public record Figures(
            String clipModel,
            double alignment,
            double consistency,
            Optional<Double> diversity,
            List<ClipFigures> clips) {}

    /** Hears of each clip that has been scored. */
    @FunctionalInterface
    public interface Listener {

        /**
         * Hears of a clip.
         *
         * @param done how many are scored
         * @param clips how many there are
         */
        void onClip(int done, int clips);
    }

    /**
     * Scores all clips.
     *
     * @param listener hears of each
     * @return the figures
     * @throws IOException if there is no first frame, a clip is missing or of a single frame, or a file cannot be read; the
     *     message names it
     * @throws CancellationException if the thread is interrupted, whose flag stays set
     */
    public Figures run(Listener listener) throws IOException {
        List<Pair> pairs = pairs();
        List<ClipFigures> figures = new ArrayList<>();
        List<List<FloatTensor>> embeddings = new ArrayList<>();
        for (Pair pair : pairs) {
            VideoClip made = new FfmpegMediaReader().readClip(pair.clip());
            if (made.frameCount() < 2) {
                throw new IOException("expected a clip of at least 2 frames, but was 1 (" + pair.clip() + ")");
            }
            List<FloatTensor> frames = new ArrayList<>();
            for (RgbImage frame : made.frames()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException(
                            "stopped after " + figures.size() + " of " + pairs.size() + " clips");
                }
                frames.add(clip.embed(frame));
            }
            figures.add(figures(pair, made, frames));
            embeddings.add(frames);
            listener.onClip(figures.size(), pairs.size());
        }
        return new Figures(
                clip.variant(),
                figures.stream().mapToDouble(ClipFigures::alignment).average().orElseThrow(),
                figures.stream().mapToDouble(ClipFigures::consistency).average().orElseThrow(),
                embeddings.size() < 2 ? Optional.empty() : Optional.of(ClipScores.diversity(embeddings)),
                List.copyOf(figures));
    }

    private ClipFigures figures(Pair pair, VideoClip made, List<FloatTensor> frames) throws IOException {
        RgbImage given = RgbImage.read(pair.firstFrame()).coverCrop(made.frameSize());
        return new ClipFigures(
                pair.motion(),
                pair.prompt(),
                pair.clip(),
                ClipScores.alignment(frames, clip.embed(pair.prompt())),
                ClipScores.consistency(frames),
                Likeness.of(made.frames().get(0), given),
                MotionStatistics.of(made));
    }

    /** A first frame and the clip made from it. */
    private record Pair(String motion, String prompt, Path firstFrame, Path clip) {}

    /** Finds all clips before the first is scored, so that a missing one does not cost the work on the others. */
    private List<Pair> pairs() throws IOException {
        List<Pair> pairs = new ArrayList<>();
        for (Path firstFrame : firstFrames()) {
            String motion = firstFrame.getParent().getFileName().toString();
            String name = firstFrame.getFileName().toString().replaceFirst("\\.[^.]*$", "");
            pairs.add(new Pair(motion, name.replace('_', ' '), firstFrame, find(motion, name)));
        }
        return pairs;
    }

    private List<Path> firstFrames() throws IOException {
        if (!Files.isDirectory(benchmark)) {
            throw new IOException("expected a folder of motions with first frames, but was none (" + benchmark + ")");
        }
        try (Stream<Path> paths = Files.walk(benchmark, 2)) {
            List<Path> pictures = paths.filter(path -> path.getNameCount() == benchmark.getNameCount() + 2)
                    .filter(path -> path.toString().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g|webp)"))
                    .sorted()
                    .toList();
            if (pictures.isEmpty()) {
                throw new IOException("expected first frames MOTION/PROMPT.png, but found none (" + benchmark + ")");
            }
            return pictures;
        }
    }

    private Path find(String motion, String name) throws IOException {
        for (String ending : ENDINGS) {
            Path path = clips.resolve(motion).resolve(name + ending);
            if (Files.exists(path)) {
                return path;
            }
        }
        throw new IOException("expected the clip " + clips.resolve(motion).resolve(name)
                + " as .mp4, .webm, .gif or a folder of frames, but there is none");
    }
}
