package org.lamp4j.examples.quickstart;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lamp4j.device.Device;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.evaluate.MotionScore;
import org.lamp4j.examples.report.Figure;
import org.lamp4j.examples.report.Report;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.video.ContactSheet;
import org.lamp4j.video.MediaWriter;

/** What a quickstart leaves: the clip in several files, and a page about it. */
final class QuickstartReport {

    private final Path folder;
    private final Quickstart.Subject subject;
    private final Run run;

    /**
     * How a run went.
     *
     * @param device where the model ran
     * @param training how the motion was learned
     * @param generation how a window of the clip was generated
     * @param trainingTime how long it learned, encoding of the clips included
     * @param generationTime how long the clip took
     */
    record Run(
            Device device,
            TrainingOptions training,
            GenerationOptions generation,
            Duration trainingTime,
            Duration generationTime) {}

    QuickstartReport(Path folder, Quickstart.Subject subject, Run run) {
        this.folder = folder;
        this.subject = subject;
        this.run = run;
    }

    Quickstart.Result write(
            VideoClip clip, Path firstFrame, CaptionedScene start, TrainingClips clips, List<Float> losses)
            throws IOException {
        MediaWriter writer = Figure.enlarging(clip.frameSize());
        Path video = folder.resolve("result.mp4");
        Path sheet = folder.resolve("contact-sheet.png");
        writer.writeClip(clip, video);
        writer.writeClip(clip, folder.resolve("result.gif"));
        writer.writeImage(ContactSheet.newBuilder().addClip(clip).build(), sheet);
        MotionScore score = MotionScore.of(clip.frames(), start.scene(), subject.motion());
        List<String> findings = findings(score, clip);
        List<Figure> learnedFrom = new ArrayList<>();
        for (TrainingClip training : clips.clips()) {
            learnedFrom.add(Figure.ofFile(folder.resolve("clips").resolve(training.name()), training.caption()));
        }
        Path page = folder.resolve("report.html");
        new Report("“" + start.scene().caption(subject.motion()) + "”")
                .figures(
                        "Generated",
                        List.of(
                                Figure.ofFile(firstFrame, "first frame, given"),
                                Figure.ofFile(
                                        video,
                                        String.format(
                                                Locale.ROOT,
                                                "generated, %.0f frames a second",
                                                clip.framesPerSecond()))))
                .text(findings)
                .wideFigure("All frames", Figure.ofFile(sheet, "from left to right, in rows"))
                .figures("Learned from", learnedFrom)
                .losses(1, losses)
                .settings(inWords(clip))
                .links(
                        "Files",
                        List.of(
                                "result.mp4",
                                "result.gif",
                                "contact-sheet.png",
                                "pattern.safetensors",
                                "held_out/" + firstFrame.getFileName(),
                                "clips/",
                                "model/"))
                .write(page);
        return new Quickstart.Result(page, score, findings);
    }

    private List<String> findings(MotionScore score, VideoClip clip) {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "The object %s by %.0f %% of what it does in the training clips; the correlation with their "
                                + "motion is %.2f.",
                        subject.motion().phrase(),
                        100 * score.magnitude(),
                        score.correlation()),
                String.format(
                        Locale.ROOT,
                        "It is recognised in %d of %d frames.",
                        clip.frameCount() - score.lostFrames(),
                        clip.frameCount()),
                String.format(Locale.ROOT, "The background keeps %.1f dB of the drawn one.", score.backgroundPsnr()));
    }

    private Map<String, String> inWords(VideoClip clip) {
        TrainingOptions training = run.training();
        GenerationOptions generation = run.generation();
        Map<String, String> words = new LinkedHashMap<>();
        words.put(
                "Time",
                String.format(
                        Locale.ROOT,
                        "%.0f s for the training, %.1f s for the clip",
                        seconds(run.trainingTime()),
                        seconds(run.generationTime())));
        words.put(
                "Device",
                isOnCpu()
                        ? "CPU, " + Runtime.getRuntime().availableProcessors() + " processors"
                        : run.device().toString());
        words.put(
                "Training",
                String.format(
                        Locale.ROOT,
                        "%d steps, each of a window of %d frames; learning rate %s, %s; noise levels from %d up",
                        training.steps(),
                        training.window().frameCount(),
                        training.optimizer().learningRate(),
                        training.optimizer().learningRateSchedule(),
                        training.batches().timestepSampling().from()));
        words.put(
                "Generation",
                String.format(
                        Locale.ROOT,
                        "%d frames of %s, %.0f a second, in windows of %d; %d steps of the sampler %s, guidance scale %s",
                        clip.frameCount(),
                        clip.frameSize(),
                        clip.framesPerSecond(),
                        generation.frameCount(),
                        generation.sampling().steps(),
                        generation.sampling().sampler(),
                        generation.sampling().guidanceScale()));
        words.put("Prompt", clip.provenance().getOrDefault("prompt", ""));
        words.put("Seed", Long.toString(subject.seed()));
        if (isOnCpu() && training.steps() == Quickstart.TRAINING_STEPS) {
            words.put("To repeat it", command());
        }
        return words;
    }

    private boolean isOnCpu() {
        return run.device().kind() == Device.Kind.CPU;
    }

    private String command() {
        return "lamp quickstart --motion " + lowerCase(subject.motion()) + " --look " + lowerCase(subject.look())
                + " --seed " + subject.seed() + " --output " + folder;
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
