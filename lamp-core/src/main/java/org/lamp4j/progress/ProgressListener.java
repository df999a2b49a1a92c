package org.lamp4j.progress;

/**
 * Hears how far a work is, on the thread that does it, and may stop it.
 *
 * @param <P> what is told, a sealed type with a record for each kind of step
 */
@FunctionalInterface
public interface ProgressListener<P> {

    /**
     * Hears of a step that is done.
     *
     * @param progress how far the work is
     * @return whether to go on
     */
    Decision onProgress(P progress);

    /**
     * Returns a listener that lets everything go on.
     *
     * @param <P> what it is told
     * @return the listener
     */
    static <P> ProgressListener<P> none() {
        return progress -> Decision.CONTINUE;
    }
}
