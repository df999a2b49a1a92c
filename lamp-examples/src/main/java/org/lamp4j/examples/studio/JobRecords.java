package org.lamp4j.examples.studio;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What is known of jobs, as it is shown and kept. What a full disk did not take is kept when there is room again. */
final class JobRecords {

    private static final System.Logger LOG = System.getLogger(JobRecords.class.getName());
    private static final long SHOWN_EVERY = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long KEPT_EVERY = TimeUnit.SECONDS.toNanos(5);

    private final Shelf shelf;
    private final Set<Job> overdue = new LinkedHashSet<>();
    private long lastShown;
    private long lastKept;

    JobRecords(Shelf shelf) {
        this.shelf = shelf;
    }

    /**
     * Keeps a job as it is now, and shows it.
     *
     * @throws IOException if it cannot be kept; it is shown all the same, and what was kept before is whole
     */
    synchronized void keep(Job job) throws IOException {
        overdue.add(job);
        try {
            shelf.update(job.id(), job.json());
            overdue.remove(job);
        } catch (IOException problem) {
            shelf.remember(job.id(), job.json());
            throw problem;
        }
    }

    /** Tries once more to keep what could not be kept when it was to be. */
    synchronized void keepOverdue() {
        for (Job job : List.copyOf(overdue)) {
            try {
                if (shelf.has(job.id())) {
                    shelf.update(job.id(), job.json());
                }
                overdue.remove(job);
            } catch (IOException stillNot) {
                LOG.log(System.Logger.Level.DEBUG, "a job is still not kept", stillNot);
            }
        }
    }

    /** Shows where a job is, a few times a second at most; a job that the program is killed under has lost little. */
    synchronized void progressed(Job job) {
        long now = System.nanoTime();
        try {
            if (now - lastKept > KEPT_EVERY) {
                lastKept = now;
                lastShown = now;
                keep(job);
            } else if (now - lastShown > SHOWN_EVERY) {
                lastShown = now;
                shelf.remember(job.id(), job.json());
            }
        } catch (IOException problem) {
            LOG.log(System.Logger.Level.WARNING, () -> "where a job is was not kept: " + problem.getMessage());
        }
    }
}
