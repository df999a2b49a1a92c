package org.lamp4j.training;

/** Whether a run is to end early: its listener said so, or its thread was interrupted. */
final class StopSignal {

    private final TrainingListener listener;
    private boolean stopped;

    StopSignal(TrainingListener listener) {
        this.listener = listener;
    }

    void report(TrainingProgress progress) {
        if (listener.onProgress(progress) == TrainingListener.Decision.STOP) {
            stopped = true;
        }
    }

    boolean isGiven() {
        return stopped || Thread.currentThread().isInterrupted();
    }
}
