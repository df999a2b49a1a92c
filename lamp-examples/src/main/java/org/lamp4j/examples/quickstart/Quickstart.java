package org.lamp4j.examples.quickstart;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.device.Device;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.examples.evaluate.EmbeddedModelEvaluation;
import org.lamp4j.examples.evaluate.MotionScore;
import org.lamp4j.files.OwnFolder;
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
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingProgress;

/**
 * The main job at small scale, on files that come with the jar: decode training clips, train a motion pattern, generate
 * a clip from a first frame that is not among them, and report.
 */
public final class Quickstart {

    private static final FrameSize SIZE = new FrameSize(64, 64);

    /**
     * Frames of a window. A training clip has nearly twice as many, so that a window begins in eight places instead of
     * one, and each frame of it is near the one that is given.
     */
    private static final int FRAMES = 9;

    /** Draws the last frame of the first window anew. */
    private static final Extension SECOND_WINDOW = new Extension(MotionClips.FRAME_COUNT - 1 - FRAMES, 1, 1);

    /** How many steps a motion is learned in. */
    public static final int TRAINING_STEPS = 600;

    private final Path folder;
    private final Subject subject;
    private final Device device;
    private final int trainingSteps;

    /**
     * What is learned.
     *
     * @param motion the motion
     * @param look what clips and the first frame look like
     * @param seed where all randomness comes from, which scenes are drawn included
     */
    public record Subject(Motion motion, Look look, long seed) {}

    /**
     * Prepares a run on the CPU.
     *
     * @param folder where model, clips and results go; made if it is not there
     * @param subject what is learned
     */
    public Quickstart(Path folder, Subject subject) {
        this(folder, subject, Device.cpu(), TRAINING_STEPS);
    }

    /**
     * Prepares a run.
     *
     * @param folder where model, clips and results go; made if it is not there
     * @param subject what is learned
     * @param device where the model runs
     * @param trainingSteps steps of the training; the motion is learned well in {@link #TRAINING_STEPS}
     */
    public Quickstart(Path folder, Subject subject, Device device, int trainingSteps) {
        this.folder = folder;
        this.subject = subject;
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
     * @throws IOException if a file cannot be read or written, the folder holds anything else, or another run has it
     * @throws org.lamp4j.errors.StoppedException if training or generation was stopped or interrupted
     */
    public Result run(ProgressListener<TrainingProgress> training, ProgressListener<GenerationProgress> generation)
            throws IOException {
        return OwnFolder.during(folder, "quickstart", () -> runAlone(training, generation));
    }

    private Result runAlone(
            ProgressListener<TrainingProgress> training, ProgressListener<GenerationProgress> generation)
            throws IOException {
        EmbeddedModel.copyTo(folder.resolve("model"));
        List<Float> losses = new ArrayList<>();
        EmbeddedModelEvaluation.Settings settings = settings(
                subject.seed(),
                subject.look(),
                progress -> {
                    if (progress instanceof TrainingProgress.TrainingStep step) {
                        losses.add((float) step.loss());
                    }
                    return training.onProgress(progress);
                },
                generation);
        settings.clips().write(subject.motion(), folder);
        TrainingClips clips = TrainingClips.in(folder.resolve("clips"));
        CaptionedScene start = settings.clips().heldOutStarts(subject.motion()).get(shownStart(subject.motion()));
        Path firstFrame = folder.resolve("held_out").resolve(start.caption().replace(' ', '_') + ".png");
        TrainingOptions options =
                settings.training().toBuilder().steps(trainingSteps).build();
        try (Backbone backbone = Backbone.load(folder.resolve("model"), device)) {
            long begin = System.nanoTime();
            MotionPattern pattern = MotionPattern.train(backbone, clips, options);
            long trained = System.nanoTime();
            pattern.save(folder.resolve("pattern.safetensors"));
            VideoClip clip = settings.generate(pattern, start.caption(), RgbImage.read(firstFrame));
            QuickstartReport report = new QuickstartReport(
                    folder,
                    subject,
                    new QuickstartReport.Run(
                            device,
                            options,
                            settings.generation(),
                            Duration.ofNanos(trained - begin),
                            Duration.ofNanos(System.nanoTime() - trained)));
            return report.write(clip, firstFrame, start, clips, losses);
        }
    }

    /** Which of the held-out scenes is shown: of seed 0, one on which the motion is seen well. */
    static int shownStart(Motion motion) {
        return switch (motion) {
            case FALL -> 4;
            case GROW -> 1;
            default -> 0;
        };
    }

    /**
     * Returns how motions are learned on the small model and clips generated, and on what. The paper's rate and length
     * belong to a model 300 times its size. Where an object goes is decided while there is much noise, and so few steps
     * are best spent there. Statistics and colour histograms stay as they are: an object that changes its size changes
     * them, and in images of flat colours matching them only adds noise.
     *
     * @param seed where all randomness comes from, which scenes are drawn included
     * @param look what clips and first frames look like
     * @param training hears of each training step, and may stop it
     * @param generation hears of each step of a window's generation, and may stop it
     * @return the settings
     */
    public static EmbeddedModelEvaluation.Settings settings(
            long seed,
            Look look,
            ProgressListener<TrainingProgress> training,
            ProgressListener<GenerationProgress> generation) {
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
                        .guidanceScale(3)
                        .withoutAdaIn()
                        .withoutHistogramMatching()
                        .seed(seed)
                        .listener(generation)
                        .build(),
                Optional.of(SECOND_WINDOW),
                new MotionClips(seed, look));
    }
}
