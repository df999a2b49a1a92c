package org.lamp4j.examples.score;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.lamp4j.evaluation.ClipScores;
import org.lamp4j.evaluation.Likeness;
import org.lamp4j.evaluation.MotionStatistics;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.onnx.clip.ClipModel;
import org.lamp4j.spi.FrameReader;
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

    /**
     * Scores all clips.
     *
     * @return the figures
     * @throws IOException if there is no first frame, a clip is missing, or a file cannot be read; the message names it
     */
    public Figures run() throws IOException {
        List<ClipFigures> figures = new ArrayList<>();
        List<List<FloatTensor>> embeddings = new ArrayList<>();
        for (Path firstFrame : firstFrames()) {
            String motion = firstFrame.getParent().getFileName().toString();
            String name = firstFrame.getFileName().toString().replaceFirst("\\.[^.]*$", "");
            String prompt = name.replace('_', ' ');
            Path file = find(motion, name);
            VideoClip made = read(file);
            List<FloatTensor> frames = made.frames().stream().map(clip::embed).toList();
            FrameSize size = made.frameSize();
            figures.add(new ClipFigures(
                    motion,
                    prompt,
                    file,
                    ClipScores.alignment(frames, clip.embed(prompt)),
                    ClipScores.consistency(frames),
                    Likeness.of(made.frames().get(0), RgbImage.read(firstFrame).coverCrop(size)),
                    MotionStatistics.of(made)));
            embeddings.add(frames);
        }
        return new Figures(
                clip.variant(),
                figures.stream().mapToDouble(ClipFigures::alignment).average().orElseThrow(),
                figures.stream().mapToDouble(ClipFigures::consistency).average().orElseThrow(),
                embeddings.size() < 2 ? Optional.empty() : Optional.of(ClipScores.diversity(embeddings)),
                List.copyOf(figures));
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

    /**
     * Reads a clip.
     *
     * @param file a video file or a folder of frames
     * @return all its frames
     * @throws IOException if it cannot be read
     */
    public static VideoClip read(Path file) throws IOException {
        try (FrameReader reader = new FfmpegMediaReader().openClip(file)) {
            List<RgbImage> frames = new ArrayList<>();
            for (Optional<RgbImage> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                frames.add(frame.get());
            }
            return VideoClip.of(frames, reader.framesPerSecond());
        }
    }
}
