package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.lamp4j.examples.report.Figure;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.video.ContactSheet;
import org.lamp4j.video.MediaWriter;

/**
 * Writes previews into one file while frames are denoised. One that cannot be written is a warning, once, and the work
 * goes on.
 */
final class PreviewFile implements ProgressListener<GenerationProgress> {

    private static final double FRAMES_PER_SECOND = 8;

    private final Optional<Path> file;
    private final int everySteps;
    private final ProgressListener<GenerationProgress> next;
    private final PrintWriter err;
    private final List<Figure> figures = new ArrayList<>();
    private boolean warned;

    /**
     * Shows progress.
     *
     * @param file a .png or .gif file; empty to show nothing
     * @param everySteps how many steps lie between two previews; the last step has one, too
     * @param next hears of all progress first
     * @param err where warnings go
     */
    PreviewFile(Optional<Path> file, int everySteps, ProgressListener<GenerationProgress> next, PrintWriter err) {
        this.file = file;
        this.everySteps = everySteps;
        this.next = next;
        this.err = err;
    }

    static void requireEnding(Path file) {
        if (!isGif(file) && !ending(file).equals("png")) {
            throw new IllegalArgumentException("expected --preview to end in .png or .gif, but was " + file);
        }
    }

    private static boolean isGif(Path file) {
        return ending(file).equals("gif");
    }

    private static String ending(Path file) {
        String name = file.toString();
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    @Override
    public Decision onProgress(GenerationProgress progress) {
        Decision decision = next.onProgress(progress);
        if (decision == Decision.CONTINUE
                && file.isPresent()
                && progress instanceof GenerationProgress.Denoising step
                && (step.step() % everySteps == 0 || step.step() == step.steps())) {
            show(file.get(), step);
        }
        return decision;
    }

    private void show(Path place, GenerationProgress.Denoising step) {
        List<RgbImage> frames = step.preview().frames();
        try {
            write(frames, place);
            figures.add(Figure.of(frames.get(frames.size() / 2), "step " + step.step() + " of " + step.steps()));
        } catch (IOException problem) {
            if (!warned && !Thread.currentThread().isInterrupted()) {
                err.println("lamp: warning: no preview: " + ErrorLine.of(problem));
                warned = true;
            }
        }
    }

    private static void write(List<RgbImage> frames, Path place) throws IOException {
        VideoClip clip = VideoClip.of(frames, FRAMES_PER_SECOND);
        MediaWriter writer = Figure.enlarging(clip.frameSize());
        if (isGif(place)) {
            writer.writeClip(clip, place);
        } else {
            writer.writeImage(ContactSheet.newBuilder().addClip(clip).gap(1).build(), place);
        }
    }

    /** Returns the middle frame of each preview so far, in their order. */
    List<Figure> figures() {
        return List.copyOf(figures);
    }
}
