package org.lamp4j.progress;

/**
 * A listener that is told the progress of some work, on the thread that does it, and may stop it.
 *
 * @param <P> what is told, a sealed type with a record for each kind of step
 */
@FunctionalInterface
public interface ProgressListener<P> {

    /**
     * Called after each step, with the progress so far.
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
