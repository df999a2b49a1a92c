package org.lamp4j.training.loop;

import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.training.TrainingProgress;

/** Whether a run is to end early: its listener said so, or its thread was interrupted. */
final class StopSignal {

    private final ProgressListener<TrainingProgress> listener;
    private boolean stopped;

    StopSignal(ProgressListener<TrainingProgress> listener) {
        this.listener = listener;
    }

    void report(TrainingProgress progress) {
        if (listener.onProgress(progress) == Decision.STOP) {
            stopped = true;
        }
    }

    boolean isGiven() {
        return stopped || Thread.currentThread().isInterrupted();
    }
}
