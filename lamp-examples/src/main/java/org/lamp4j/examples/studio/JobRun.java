package org.lamp4j.examples.studio;

import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.progress.Decision;
import org.lamp4j.training.TrainingProgress;

/** A job while it is done: tells pages where it is, and the work whether to go on. */
final class JobRun {

    private final Job job;
    private final Path place;
    private final JobQueue queue;
    private final LivePreviews previews;
    private long partBegan;

    JobRun(Job job, Path place, JobQueue queue, LivePreviews previews) {
        this.job = job;
        this.place = place;
        this.queue = queue;
        this.previews = previews;
    }

    Job job() {
        return job;
    }

    Path place() {
        return place;
    }

    Fields request() {
        return job.request();
    }

    /** Hears of training; a pause ends it, with a checkpoint to go on from. */
    Decision training(TrainingProgress progress) {
        if (progress instanceof TrainingProgress.TrainingStep step) {
            job.progress(
                    step.step(),
                    step.steps(),
                    OptionalDouble.of(step.remaining().toMillis() / 1000.0));
            job.addLoss(step.step(), step.loss());
            queue.progressed(job);
        }
        return queue.mayGoOn(job) ? Decision.CONTINUE : Decision.STOP;
    }

    /** Hears of a clip that is made while a motion is learned. */
    Decision validation(GenerationProgress progress) {
        return queue.mayGoOn(job) ? Decision.CONTINUE : Decision.STOP;
    }

    /** Hears of a clip or picture that is made; a pause waits here. */
    Decision generation(GenerationProgress progress) {
        long now = System.nanoTime();
        if (progress.step() == 1) {
            partBegan = now;
        }
        if (progress instanceof GenerationProgress.Denoising step) {
            job.progress(step.step(), step.steps(), secondsLeft(step, now));
            previews.offer(step, job);
            queue.progressed(job);
        }
        return queue.mayGoOnAfterPause(job) ? Decision.CONTINUE : Decision.STOP;
    }

    private OptionalDouble secondsLeft(GenerationProgress step, long now) {
        if (step.step() < 2) {
            return OptionalDouble.empty();
        }
        double perStep = (now - partBegan) / (double) (step.step() - 1) / TimeUnit.SECONDS.toNanos(1);
        return OptionalDouble.of(perStep * (step.steps() - step.step()));
    }
}
