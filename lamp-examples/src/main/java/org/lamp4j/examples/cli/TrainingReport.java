package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lamp4j.MotionPattern;
import org.lamp4j.examples.report.Figure;
import org.lamp4j.examples.report.Report;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.TrainingProgress;

/** The page about a training run: notes the losses while it goes on. */
final class TrainingReport implements ProgressListener<TrainingProgress> {

    private final ProgressListener<TrainingProgress> next;
    private final List<Float> losses = new ArrayList<>();
    private int firstStep = 1;

    /** Passes on what it hears of. */
    TrainingReport(ProgressListener<TrainingProgress> next) {
        this.next = next;
    }

    @Override
    public Decision onProgress(TrainingProgress progress) {
        if (progress instanceof TrainingProgress.TrainingStep step) {
            if (losses.isEmpty()) {
                firstStep = step.step();
            }
            losses.add((float) step.loss());
        }
        return next.onProgress(progress);
    }

    void write(
            Path file,
            MotionPattern pattern,
            TrainingClips clips,
            TrainingOptions options,
            List<ValidationFiles.Saved> validated)
            throws IOException {
        List<Figure> learnedFrom = new ArrayList<>();
        for (TrainingClip clip : clips.clips()) {
            learnedFrom.add(Figure.of(asTrained(clip, options), clip.caption() + " (" + clip.name() + ")"));
        }
        List<Figure> generated = new ArrayList<>();
        for (ValidationFiles.Saved saved : validated) {
            generated.add(Figure.ofFile(saved.file(), "step " + saved.step() + ": " + saved.prompt()));
        }
        new Report("A pattern after " + pattern.trainedSteps().orElse(0) + " steps")
                .losses(firstStep, losses)
                .figures("Generated on the way", generated)
                .figures("Learned from", learnedFrom)
                .settings(pattern.provenance())
                .write(file);
    }

    /** Returns the first window of a clip as training sees it. */
    private static VideoClip asTrained(TrainingClip clip, TrainingOptions options) throws IOException {
        VideoClip window =
                clip.firstWindow(options.window().frameCount(), options.window().frameStride());
        return VideoClip.of(
                window.frames().stream()
                        .map(frame -> frame.coverCrop(options.window().frameSize()))
                        .toList(),
                window.framesPerSecond());
    }
}
