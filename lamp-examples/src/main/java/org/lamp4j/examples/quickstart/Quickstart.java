package org.lamp4j.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.device.Device;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.examples.evaluate.EmbeddedModelEvaluation;
import org.lamp4j.examples.evaluate.MotionScore;
import org.lamp4j.examples.report.Figure;
import org.lamp4j.examples.report.Report;
import org.lamp4j.files.FolderLock;
import org.lamp4j.generation.Extension;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.testing.EmbeddedModel;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingProgress;
import org.lamp4j.video.ContactSheet;
import org.lamp4j.video.MediaWriter;

/**
 * The main job at small scale, on files that come with the jar: decode training clips, train a motion pattern, generate
 * a clip from a first frame that is not among them, and report.
 */
public final class Quickstart {

    private static final FrameSize SIZE = new FrameSize(64, 64);

    /**
     * Frames of a window. A training clip has twice as many, so that it begins in nine places instead of one, and each
     * frame of a window is near the one that is given.
     */
    private static final int FRAMES = MotionClips.FRAME_COUNT / 2;

    private static final Extension SECOND_WINDOW = new Extension(FRAMES - 1, 1);

    /** Which scenes are drawn: the ones that {@code lamp evaluate-embedded} takes, too. */
    private static final long CLIPS_SEED = 0;

    /** A pixel of the small model becomes a square that can be looked at. */
    private static final int ENLARGEMENT = 4;

    /** How many steps a motion is learned in. */
    public static final int TRAINING_STEPS = 1000;

    private final Path folder;
    private final Motion motion;
    private final long seed;
    private final Device device;
    private final int trainingSteps;

    /**
     * Prepares a run on the CPU.
     *
     * @param folder where model, clips and results go; made if it is not there
     * @param motion the motion to learn
     * @param seed where all randomness comes from
     */
    public Quickstart(Path folder, Motion motion, long seed) {
        this(folder, motion, seed, Device.cpu(), TRAINING_STEPS);
    }

    /**
     * Prepares a run.
     *
     * @param folder where model, clips and results go; made if it is not there
     * @param motion the motion to learn
     * @param seed where all randomness comes from
     * @param device where the model runs
     * @param trainingSteps steps of the training; the motion is learned well in {@link #TRAINING_STEPS}
     */
    public Quickstart(Path folder, Motion motion, long seed, Device device, int trainingSteps) {
        this.folder = folder;
        this.motion = motion;
        this.seed = seed;
        this.device = device;
        this.trainingSteps = trainingSteps;
    }

    /**
     * What a run gave.
     *
     * @param report the page to open in a browser
     * @param score what was measured
     * @param findings the same in words
     */
    public record Result(Path report, MotionScore score, List<String> findings) {

        /** Keeps the findings. */
        public Result {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Trains, generates, measures and reports. Takes about two minutes on two cores.
     *
     * @param training hears of each training step, and may stop it
     * @param generation hears of each step of the generation, and may stop it
     * @return the report
     * @throws IOException if a file cannot be read or written, or another run has the folder
     * @throws org.lamp4j.errors.StoppedException if training or generation was stopped or interrupted
     */
    public Result run(ProgressListener<TrainingProgress> training, ProgressListener<GenerationProgress> generation)
            throws IOException {
        Files.createDirectories(folder);
        return FolderLock.during(
                folder, "a folder that no other quickstart uses", () -> runAlone(training, generation));
    }

    private Result runAlone(
            ProgressListener<TrainingProgress> training, ProgressListener<GenerationProgress> generation)
            throws IOException {
        Path clips = folder.resolve("clips");
        EmbeddedModel.copyTo(folder.resolve("model"));
        MotionClips drawn = new MotionClips(CLIPS_SEED);
        drawn.write(motion, folder);
        CaptionedScene start = drawn.heldOutStarts(motion).get(shownStart(motion));
        List<Float> losses = new ArrayList<>();
        TrainingClips trainingClips = TrainingClips.in(clips);
        EmbeddedModelEvaluation.Settings settings = settings(
                seed,
                progress -> {
                    if (progress instanceof TrainingProgress.TrainingStep step) {
                        losses.add((float) step.loss());
                    }
                    return training.onProgress(progress);
                },
                generation);
        try (Backbone backbone = Backbone.load(folder.resolve("model"), device)) {
            MotionPattern pattern = MotionPattern.train(
                    backbone,
                    trainingClips,
                    settings.training().toBuilder().steps(trainingSteps).build());
            pattern.save(folder.resolve("pattern.safetensors"));
            VideoClip clip = settings.generate(pattern, start.caption(), RgbImage.read(firstFrame(start)));
            return report(clip, pattern, start, trainingClips, losses);
        }
    }

    /** Which of the held-out scenes is shown: one on which the motion is seen well. */
    static int shownStart(Motion motion) {
        return motion == Motion.GROW ? 1 : 0;
    }

    /**
     * Returns how motions are learned on the small model and clips generated, and on what. The paper's rate and length
     * belong to a model 300 times its size. Where an object goes is decided while there is much noise, and so few steps
     * are best spent there. Frame 1 keeps its own statistics until the end. Colour histograms stay as they are: in
     * images of flat colours matching them only adds noise.
     *
     * @param seed where all randomness comes from
     * @param training hears of each training step, and may stop it
     * @param generation hears of each step of a window's generation, and may stop it
     * @return the settings
     */
    public static EmbeddedModelEvaluation.Settings settings(
            long seed, ProgressListener<TrainingProgress> training, ProgressListener<GenerationProgress> generation) {
        return new EmbeddedModelEvaluation.Settings(
                TrainingOptions.newBuilder()
                        .steps(TRAINING_STEPS)
                        .frameCount(FRAMES)
                        .frameSize(SIZE)
                        .learningRate(2e-3f)
                        .learningRateSchedule(LearningRateSchedule.cosineTo(0.05))
                        .timestepSampling(TimestepSampling.withShareFrom(1, 300))
                        .seed(seed)
                        .listener(training)
                        .build(),
                GenerationOptions.newBuilder()
                        .frameCount(FRAMES)
                        .frameSize(SIZE)
                        .steps(20)
                        .guidanceScale(2)
                        .adaInStart(1)
                        .withoutHistogramMatching()
                        .seed(seed)
                        .listener(generation)
                        .build(),
                SECOND_WINDOW,
                new MotionClips(CLIPS_SEED));
    }

    private Result report(
            VideoClip clip,
            MotionPattern pattern,
            CaptionedScene start,
            TrainingClips trainingClips,
            List<Float> losses)
            throws IOException {
        MediaWriter writer = MediaWriter.newBuilder().enlargement(ENLARGEMENT).build();
        Path video = folder.resolve("result.mp4");
        Path sheet = folder.resolve("contact-sheet.png");
        writer.writeClip(clip, video);
        writer.writeClip(clip, folder.resolve("result.gif"));
        writer.writeImage(ContactSheet.newBuilder().addClip(clip).build(), sheet);
        MotionScore score = MotionScore.of(clip.frames(), start.scene(), motion);
        List<String> findings = findings(score);
        List<Figure> learnedFrom = new ArrayList<>();
        for (TrainingClip training : trainingClips.clips()) {
            learnedFrom.add(Figure.ofFile(folder.resolve("clips").resolve(training.name()), training.caption()));
        }
        Path page = folder.resolve("report.html");
        new Report("“" + start.caption() + "”")
                .figures(
                        "Generated",
                        List.of(
                                Figure.ofFile(firstFrame(start), "first frame, given"),
                                Figure.ofFile(video, "generated, seed " + seed)))
                .text(findings)
                .wideFigure("All frames", Figure.ofFile(sheet, "from left to right, in rows"))
                .figures("Learned from", learnedFrom)
                .losses(1, losses)
                .settings(settings(clip, pattern))
                .write(page);
        return new Result(page, score, findings);
    }

    private Path firstFrame(CaptionedScene start) {
        return folder.resolve("held_out").resolve(start.caption().replace(' ', '_') + ".png");
    }

    private List<String> findings(MotionScore score) {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "The object %s by %.0f %% of what it does in the training clips; the correlation with their "
                                + "motion is %.2f.",
                        motion.phrase(),
                        100 * score.magnitude(),
                        score.correlation()),
                "In the last frame it is " + (score.sameObject() ? "still" : "no longer")
                        + " the object that the drawing of it matches best.",
                String.format(Locale.ROOT, "The background keeps %.1f dB of the drawn one.", score.backgroundPsnr()));
    }

    private static Map<String, String> settings(VideoClip clip, MotionPattern pattern) {
        Map<String, String> settings = new LinkedHashMap<>(clip.provenance());
        pattern.provenance().forEach((name, value) -> settings.put("pattern: " + name, value));
        return settings;
    }
}
