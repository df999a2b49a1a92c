package org.lamp4j.examples.studio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.media.RgbImage;

/**
 * Shows what is being denoised, no more often than that it takes a twentieth of the time. What one takes is measured,
 * over all jobs, as making the first takes longer.
 */
final class LivePreviews {

    private static final System.Logger LOG = System.getLogger(LivePreviews.class.getName());
    private static final int PARTS_OF_TIME = 20;

    private final LongSupplier nanoTime;
    private String jobId = "";
    private long began;
    private long spent;
    private long last;

    /**
     * Begins to measure.
     *
     * @param nanoTime the time, in nanoseconds since any moment
     */
    LivePreviews(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Makes a preview if there is time for it; called by the one thread that works. */
    void offer(GenerationProgress.Denoising step, Job job) {
        long now = nanoTime.getAsLong();
        if (!jobId.equals(job.id())) {
            jobId = job.id();
            began = now;
            spent = 0;
            return;
        }
        if (step.step() == step.steps() || (spent + last) * PARTS_OF_TIME > now - began) {
            return;
        }
        try {
            List<RgbImage> frames = step.preview().frames();
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ClipInspection.small(frames.get(frames.size() / 2)).write(png);
            job.preview(png.toByteArray());
        } catch (IOException | RuntimeException problem) {
            LOG.log(System.Logger.Level.WARNING, () -> "no preview: " + problem.getMessage());
        }
        last = nanoTime.getAsLong() - now;
        spent += last;
    }
}
