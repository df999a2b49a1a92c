package org.lamp4j.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationListener;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.spi.FrameReader;
import org.lamp4j.training.LearningRateSchedule;
import org.lamp4j.training.TimestepSampling;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingListener;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingProgress;
import org.lamp4j.video.ContactSheet;
import org.lamp4j.video.FfmpegMediaReader;
import org.lamp4j.video.MediaWriter;

/**
 * The main job at small scale, on files that come with the jar: decode training clips, train a motion pattern, generate a
 * clip from a first frame that is not among them, and report.
 */
public final class Quickstart {

    private static final FrameSize SIZE = new FrameSize(64, 64);
    private static final int FRAMES = 16;

    /** A pixel of the small model becomes a square that can be looked at. */
    private static final int ENLARGEMENT = 4;

    private final Path folder;
    private final LearnedMotion motion;
    private final long seed;

    /**
     * Prepares a run.
     *
     * @param folder where model, clips and results go; made if it is not there
     * @param motion the motion to learn
     * @param seed where all randomness comes from
     */
    public Quickstart(Path folder, LearnedMotion motion, long seed) {
        this.folder = folder;
        this.motion = motion;
        this.seed = seed;
    }

    /**
     * What a run gave.
     *
     * @param report the page to open in a browser
     * @param findings what was measured, in words
     */
    public record Result(Path report, List<String> findings) {

        /** Keeps the findings. */
        public Result {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Trains, generates, measures and reports. Takes two to three minutes on two cores.
     *
     * @param training hears of each training step, and may stop it
     * @param generation hears of each step of the generation, and may stop it
     * @return the report; empty if the training was stopped or interrupted
     * @throws IOException if a file cannot be read or written
     * @throws java.util.concurrent.CancellationException if the generation was stopped or interrupted
     */
    public Optional<Result> run(TrainingListener training, GenerationListener generation) throws IOException {
        Files.createDirectories(folder);
        Path clips = folder.resolve("clips");
        Path firstFrames = folder.resolve("first-frames");
        ShippedFiles.copy("model", folder.resolve("model"));
        ShippedFiles.copy(motion.folder() + "/clips", clips);
        ShippedFiles.copy(motion.folder() + "/held_out", firstFrames);
        List<Float> losses = new ArrayList<>();
        TrainingClips trainingClips = TrainingClips.in(clips);
        TrainingOptions trainingOptions = trainingOptions(progress -> {
            if (progress.phase() == TrainingProgress.Phase.TRAINING) {
                losses.add((float) progress.loss());
            }
            return training.onProgress(progress);
        });
        try (Backbone backbone = Backbone.load(folder.resolve("model"))) {
            MotionPattern pattern = MotionPattern.train(backbone, trainingClips, trainingOptions);
            if (pattern.trainedSteps().orElse(0) < trainingOptions.steps()) {
                return Optional.empty();
            }
            pattern.save(folder.resolve("pattern.safetensors"));
            Path firstFrame = firstFrames.resolve(motion.prompt().replace(' ', '_') + ".png");
            VideoClip clip =
                    pattern.generate(motion.prompt(), RgbImage.read(firstFrame), generationOptions(generation));
            return Optional.of(report(clip, pattern, firstFrame, trainingClips, losses));
        }
    }

    /**
     * How the small model is trained; the paper's rate and length belong to one 300 times its size. Where an object goes
     * is decided while there is much noise, and so few steps are best spent there.
     */
    TrainingOptions trainingOptions(TrainingListener listener) {
        return TrainingOptions.newBuilder()
                .steps(600)
                .frameCount(FRAMES)
                .frameSize(SIZE)
                .learningRate(2e-3f)
                .learningRateSchedule(LearningRateSchedule.cosineTo(0.05))
                .timestepSampling(TimestepSampling.withShareFrom(1, 300))
                .seed(seed)
                .listener(listener)
                .build();
    }

    GenerationOptions generationOptions(GenerationListener listener) {
        return GenerationOptions.newBuilder()
                .frameCount(FRAMES)
                .frameSize(SIZE)
                .steps(20)
                .guidanceScale(1)
                .seed(seed)
                .listener(listener)
                .build();
    }

    private Result report(
            VideoClip clip, MotionPattern pattern, Path firstFrame, TrainingClips trainingClips, List<Float> losses)
            throws IOException {
        MediaWriter writer = MediaWriter.newBuilder().enlargement(ENLARGEMENT).build();
        Path video = folder.resolve("result.mp4");
        Path sheet = folder.resolve("contact-sheet.png");
        writer.writeClip(clip, video);
        writer.writeClip(clip, folder.resolve("result.gif"));
        writer.writeImage(ContactSheet.newBuilder().addClip(clip).build(), sheet);
        List<String> findings = findings(clip, trainingClips);
        List<Report.CaptionedFile> captioned = trainingClips.clips().stream()
                .map(training ->
                        new Report.CaptionedFile(folder.resolve("clips").resolve(training.name()), training.caption()))
                .toList();
        Path page = folder.resolve("report.html");
        new Report(motion.prompt(), captioned, losses, firstFrame, video, sheet, findings, settings(clip, pattern))
                .write(page);
        return new Result(page, findings);
    }

    private List<String> findings(VideoClip clip, TrainingClips trainingClips) throws IOException {
        Motion learnedFrom = measure(trainingClips);
        Motion made = MotionMeter.measure(clip);
        return List.of(
                "The object of the training clips moves " + learnedFrom.describe(SIZE, FRAMES) + " in " + FRAMES
                        + " frames (mean of " + trainingClips.clips().size() + " clips, in pixels of " + SIZE + ").",
                "The object of the generated clip moves " + made.describe(SIZE, FRAMES) + " in " + FRAMES + " frames: "
                        + String.format(
                                Locale.ROOT,
                                "%.0f %% of the way in the direction of the training clips.",
                                100 * made.along(learnedFrom) / learnedFrom.speed()));
    }

    private Motion measure(TrainingClips trainingClips) throws IOException {
        List<Motion> motions = new ArrayList<>();
        for (TrainingClip clip : trainingClips.clips()) {
            motions.add(MotionMeter.measure(read(folder.resolve("clips").resolve(clip.name()))));
        }
        return Motion.mean(motions);
    }

    static VideoClip read(Path file) throws IOException {
        try (FrameReader reader = new FfmpegMediaReader().openClip(file)) {
            List<RgbImage> frames = new ArrayList<>();
            for (Optional<RgbImage> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                frames.add(frame.get());
            }
            return VideoClip.of(frames, reader.framesPerSecond());
        }
    }

    private static Map<String, String> settings(VideoClip clip, MotionPattern pattern) {
        Map<String, String> settings = new LinkedHashMap<>(clip.provenance());
        pattern.provenance().forEach((name, value) -> settings.put("pattern: " + name, value));
        return settings;
    }
}
