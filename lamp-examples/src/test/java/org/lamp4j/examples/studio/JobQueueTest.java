package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of jobs that go wrong, or that the program is ended under, whatever they do. */
class JobQueueTest {

    private static final String ID = "0123456789abcdef";
    private static final String PART = "part.txt";

    @TempDir
    private Path folder;

    private final CountDownLatch ended = new CountDownLatch(1);

    /** Fails, after it has left a part or without. */
    private record Failing(boolean leavesPart) implements Work {

        @Override
        public void check(Fields request, ObjectNode description) {}

        @Override
        public Job.State run(JobRun run) throws IOException {
            if (leavesPart) {
                Files.writeString(run.place().resolve(PART), "half");
            }
            throw new IOException("the device is lost");
        }

        @Override
        public boolean keepsPart() {
            return true;
        }

        @Override
        public boolean hasPart(Path place) {
            return Files.exists(place.resolve(PART));
        }

        @Override
        public void cleanUp(Path place) throws IOException {
            Files.deleteIfExists(place.resolve(PART));
        }
    }

    private Path lay(String state) throws IOException {
        StudioFolder.open(folder).close();
        Path place = Files.createDirectories(folder.resolve("jobs").resolve(ID));
        ObjectNode description = StudioClient.object().put("kind", "learn").put("state", state);
        description.putObject("request");
        Files.writeString(place.resolve("job.json"), description.toString());
        return place;
    }

    private Job run(Work work) throws Exception {
        try (StudioFolder studio = StudioFolder.open(folder);
                JobQueue queue = new JobQueue(studio, new Events(), Map.of("learn", work), ended::countDown)) {
            queue.start();
            assertThat(ended.await(StudioClient.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            return queue.job(ID);
        }
    }

    @Test
    void run_failureAfterACheckpoint_isPausedAndKeepsIt() throws Exception {
        Path place = lay("waiting");

        Job job = run(new Failing(true));

        assertThat(job.state()).isEqualTo(Job.State.PAUSED);
        assertThat(job.json().path("message").asText()).isEqualTo("the device is lost");
        assertThat(place.resolve(PART)).hasContent("half");
    }

    @Test
    void run_failureBeforeACheckpoint_isTheEnd() throws Exception {
        lay("waiting");

        assertThat(run(new Failing(false)).state()).isEqualTo(Job.State.FAILED);
    }

    @Test
    void wish_stopOfAJobWhoseTurnDoesNotCome_outlivesTheProgramAndAPause() throws Exception {
        lay("paused");
        Map<String, Work> works = Map.of("learn", new Failing(true));
        try (StudioFolder studio = StudioFolder.open(folder)) {
            new JobQueue(studio, new Events(), works, () -> {}).wish(ID, Job.Wish.STOP);
        }

        try (StudioFolder studio = StudioFolder.open(folder)) {
            JobQueue queue = new JobQueue(studio, new Events(), works, () -> {});

            assertThat(queue.job(ID).state()).isEqualTo(Job.State.WAITING);
            assertThat(queue.job(ID).wish()).isEqualTo(Job.Wish.STOP);
            assertThatThrownBy(() -> queue.wish(ID, Job.Wish.PAUSE))
                    .isInstanceOf(Refusal.class)
                    .hasMessage("expected a job that can be paused, but was one that is being stopped");
        }
    }
}
