package org.lamp4j.examples.studio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.files.PrintableText;

/**
 * Does jobs one at a time, in the order in which they came. What waits or is paused lies on disk and is there again
 * after the program has ended.
 */
final class JobQueue implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(JobQueue.class.getName());
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private final Shelf shelf;
    private final JobRecords records;
    private final Map<String, Work> works;
    private final Runnable whenEnded;
    private final LivePreviews previews = new LivePreviews(System::nanoTime);
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Thread worker = new Thread(this::work, "lamp-studio-worker");
    private @Nullable Job current;
    private boolean held;
    private boolean closing;

    /**
     * Takes up the jobs that are on disk; nothing is done before {@link #start}.
     *
     * @param works how each kind is done
     * @param whenEnded what is done after each job
     */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it
    JobQueue(StudioFolder folder, Events events, Map<String, Work> works, Runnable whenEnded) throws IOException {
        this.works = works;
        this.whenEnded = whenEnded;
        this.shelf = new Shelf(
                folder.path(), new Shelf.Kind("jobs", "job.json", "job", "this job"), events, UnaryOperator.identity());
        this.records = new JobRecords(shelf);
        for (ObjectNode description : shelf.all()) {
            Job job = new Job(Shelf.textOf(description, "id"), description);
            jobs.put(job.id(), job);
            shelf.remember(job.id(), job.json());
        }
        worker.setDaemon(true);
        // Where the operating system heeds it, requests come before work.
        worker.setPriority(Thread.MIN_PRIORITY);
    }

    void start() {
        worker.start();
    }

    /** A job that was on disk may be of any kind. */
    private Work workOf(Job job) {
        Work work = works.get(job.kind());
        if (work == null) {
            throw Refusal.notFound("a kind of job called " + PrintableText.excerpt(job.kind()));
        }
        return work;
    }

    private boolean keepsPart(Job job) {
        Work work = works.get(job.kind());
        return work != null && work.keepsPart();
    }

    Shelf shelf() {
        return shelf;
    }

    synchronized Job job(String id) {
        Job job = jobs.get(id);
        if (job == null) {
            throw Refusal.notFound("this job");
        }
        return job;
    }

    /** Puts a job that lies on the shelf in the queue. */
    synchronized void enqueue(Job job) {
        jobs.put(job.id(), job);
        notifyAll();
    }

    synchronized long openJobs() {
        return jobs.values().stream().filter(job -> job.state().isOpen()).count();
    }

    /** Forgets the oldest that have ended. */
    void forgetOld() throws IOException {
        List<String> old = new ArrayList<>();
        synchronized (this) {
            List<Job> ended =
                    jobs.values().stream().filter(job -> !job.state().isOpen()).toList();
            int tooMany = Math.min(ended.size(), Math.max(0, jobs.size() - Limits.JOBS));
            for (Job job : ended.subList(0, tooMany)) {
                jobs.remove(job.id());
                old.add(job.id());
            }
        }
        for (String id : old) {
            shelf.delete(id);
        }
    }

    /** Does with a job what the person wants, at once or at its next step. */
    void wish(String id, Job.Wish wish) throws IOException {
        Job job = job(id);
        synchronized (this) {
            Job.State state = job.state();
            if (!wish.fits(state)) {
                throw new Refusal(
                        Refusal.CONFLICT,
                        "expected a job that can be changed so, but was one that is " + state.label(),
                        "Load the page anew to see where it is.");
            }
            if (wish == Job.Wish.PAUSE && job.wish() == Job.Wish.STOP) {
                throw new Refusal(
                        Refusal.CONFLICT,
                        "expected a job that can be paused, but was one that is being stopped",
                        "What it has learned is kept as soon as its turn comes.");
            }
            job.wish(wish);
            if (job.equals(current)) {
                notifyAll();
                return;
            }
            job.state(wish.atOnce(keepsPart(job)));
            notifyAll();
        }
        settle(job);
    }

    /** Keeps what became of a job, and lets go of what it no longer needs, which may be what has filled the disk. */
    private void settle(Job job) throws IOException {
        boolean over = !job.state().isOpen();
        try {
            records.keep(job);
        } catch (IOException fullDisk) {
            if (!over) {
                throw fullDisk;
            }
            workOf(job).cleanUp(shelf.place(job.id()));
            records.keep(job);
            return;
        }
        if (over) {
            workOf(job).cleanUp(shelf.place(job.id()));
        }
    }

    /** Does something while no job is under way, and none begins. */
    void whileIdle(IdleTask task) throws IOException {
        synchronized (this) {
            if (held || current != null || next().isPresent()) {
                throw new Refusal(
                        Refusal.CONFLICT,
                        "expected no job that runs or waits, but there is one",
                        "Wait until it is done, or cancel it.");
            }
            held = true;
        }
        try {
            task.run();
        } finally {
            synchronized (this) {
                held = false;
                notifyAll();
            }
        }
    }

    /** Something that jobs must not run beside. */
    @FunctionalInterface
    interface IdleTask {
        void run() throws IOException;
    }

    private Optional<Job> next() {
        return jobs.values().stream()
                .filter(job -> job.state() == Job.State.WAITING)
                .findFirst();
    }

    private void work() {
        for (Optional<Job> job = take(); job.isPresent(); job = take()) {
            try {
                run(job.get());
            } finally {
                synchronized (this) {
                    current = null;
                }
            }
        }
    }

    private synchronized Optional<Job> take() {
        while (!closing && (held || next().isEmpty())) {
            try {
                wait();
            } catch (InterruptedException end) {
                return Optional.empty();
            }
        }
        Optional<Job> job = closing ? Optional.empty() : next();
        current = job.orElse(null);
        job.ifPresent(running -> running.state(Job.State.RUNNING));
        return job;
    }

    private void run(Job job) {
        Job.State end;
        records.keepOverdue();
        try {
            records.keep(job);
            end = workOf(job).run(new JobRun(job, shelf.place(job.id()), this, previews));
        } catch (StoppedException stopped) {
            end = job.wish().afterStop();
        } catch (IOException | RuntimeException | OutOfMemoryError | LinkageError problem) {
            end = failedState(job, problem);
        }
        Thread.interrupted(); // the end of the program has come as an interrupt, and what follows must be written
        synchronized (this) {
            job.state(end);
            job.wish(Job.Wish.NONE);
        }
        try {
            settle(job);
        } catch (IOException | RuntimeException problem) {
            LOG.log(System.Logger.Level.WARNING, () -> "a job is not kept: " + problem.getMessage());
        }
        whenEnded.run();
    }

    /**
     * What a motion has learned is not lost with what went wrong, be it the disk, the device or another model: it can
     * go on, or be stopped and kept, once that is mended.
     */
    private Job.State failedState(Job job, Throwable problem) {
        if (isClosing()) {
            return Job.State.PAUSED;
        }
        if (job.wish() == Job.Wish.CANCEL) {
            return Job.State.CANCELLED;
        }
        Failure failure = Failure.of(problem);
        LOG.log(System.Logger.Level.WARNING, () -> "a job failed: " + failure.message());
        LOG.log(System.Logger.Level.DEBUG, failure.message(), problem);
        job.failure(failure);
        return (Failure.isDiskFull(problem) && keepsPart(job)) || hasPart(job) ? Job.State.PAUSED : Job.State.FAILED;
    }

    private boolean hasPart(Job job) {
        try {
            return workOf(job).hasPart(shelf.place(job.id()));
        } catch (IOException | RuntimeException unreadable) {
            return keepsPart(job);
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    /** Shows and keeps where a job is. */
    void progressed(Job job) {
        records.progressed(job);
    }

    synchronized boolean mayGoOn(Job job) {
        return !closing && job.wish() == Job.Wish.NONE;
    }

    /**
     * Waits while the job is to be paused and no other waits: it cannot go on from the middle later. With another
     * waiting it gives way, and begins anew when it is resumed.
     */
    synchronized boolean mayGoOnAfterPause(Job job) {
        boolean paused = false;
        while (!closing && job.wish() == Job.Wish.PAUSE && next().isEmpty()) {
            if (!paused) {
                paused = true;
                job.state(Job.State.PAUSED);
                shelf.remember(job.id(), job.json());
            }
            try {
                wait();
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        if (paused && mayGoOn(job)) {
            job.state(Job.State.RUNNING);
            shelf.remember(job.id(), job.json());
        }
        return mayGoOn(job);
    }

    /** Has the work under way put away, at its next step or, if that is far, in the middle of this one; and ends. */
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        try {
            worker.join(PATIENCE_MILLIS);
            worker.interrupt();
            worker.join();
        } catch (InterruptedException again) {
            worker.interrupt();
            Thread.currentThread().interrupt();
        }
        records.keepOverdue();
    }
}
