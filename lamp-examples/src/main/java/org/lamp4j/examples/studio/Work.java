package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/** How one kind of job is done. */
interface Work {

    /**
     * Refuses what cannot be done, before it waits in the queue.
     *
     * @param request what was asked for
     * @param description of the job, to which may be added
     */
    void check(Fields request, ObjectNode description) throws IOException;

    /** Puts away what the job needs, so that what is deleted or changed meanwhile does not change it. */
    default void prepare(Fields request, Path place) throws IOException {}

    /**
     * Does it, on the queue's thread.
     *
     * @return how it ended: done or stopped
     * @throws org.lamp4j.errors.StoppedException if it was told to end before that
     */
    Job.State run(JobRun run) throws IOException;

    /** Tells whether a job that is ended before it is done leaves something that is kept, and can go on from. */
    default boolean keepsPart() {
        return false;
    }

    /** Tells whether there is something that the job can go on from. */
    default boolean hasPart(Path place) throws IOException {
        return false;
    }

    /** Removes what only this job needed. */
    default void cleanUp(Path place) throws IOException {}
}
