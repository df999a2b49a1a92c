package org.lamp4j.training;

/** Is told of every step of a training run, on the thread that trains, and may end the run. */
@FunctionalInterface
public interface TrainingListener {

    /** What to do after a step. */
    enum Decision {
        /** Go on. */
        CONTINUE,
        /** Stop here; what was learned so far is kept. */
        STOP
    }

    /**
     * Hears of a step.
     *
     * @param progress how far the run is
     * @return whether to go on
     */
    Decision onProgress(TrainingProgress progress);
}
