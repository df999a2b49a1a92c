package org.lamp4j.generation;

/** Is told of every step of a generation, on the thread that generates, and may end it. */
@FunctionalInterface
public interface GenerationListener {

    /** What to do after a step. */
    enum Decision {
        /** Go on. */
        CONTINUE,
        /** Stop here; {@link java.util.concurrent.CancellationException} is thrown. */
        STOP
    }

    /**
     * Hears of a step.
     *
     * @param progress how far the generation is
     * @return whether to go on
     */
    Decision onProgress(GenerationProgress progress);
}
