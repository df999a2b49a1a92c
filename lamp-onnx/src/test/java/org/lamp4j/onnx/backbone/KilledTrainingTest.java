package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.training.CheckpointFolder;

/**
 * Kills a process that trains, again and again; each goes on from what the one before left. All kills but one of eight
 * wait for the process to begin writing a checkpoint, that one comes at any time. One kill of each kind in each build,
 * {@code -Dkills=200} for more.
 */
class KilledTrainingTest {

    private static final int KILLS = Integer.getInteger("kills", 2);

    /** Of so many at least half are inside a write; of a few, on a busy machine, chance may say otherwise. */
    private static final int MANY_KILLS = 50;

    /** A process is killed after at most so many steps more, so that the last one still has some to do. */
    private static final int MOST_STEPS = 4;

    private static final int STEPS = 20 + 8 * KILLS;

    private static final int AT_ANY_TIME_MICROSECONDS = 60_000;

    /** Writing takes a millisecond or more, most of it in forcing the file to disk. */
    private static final int INTO_THE_WRITE_MICROSECONDS = 400;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    private Path folder;

    private Path model;
    private Path checkpoints;
    private Path pieces;
    private int insideAWrite;
    private int halfWritten;
    private int leftovers;
    private int leftoversCleaned;

    @Test
    void run_killedAlsoInsideWrites_goesOnFromTheNewestCheckpointToTheSameBytes() throws Exception {
        model = TinyModel.in(folder.resolve("model")).folder();
        pieces = folder.resolve("pieces.safetensors");
        checkpoints = Files.createDirectory(folder.resolve("checkpoints"));
        Path whole = folder.resolve("whole.safetensors");
        Random random = new Random(6);
        try (TinyTraining training = new TinyTraining(model)) {
            training.run(TinyTraining.options(STEPS).build(), whole);
            Set<Path> left = Set.of();
            int steps = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                Process process = start();
                awaitCheckpoint(process, steps + 1 + random.nextInt(MOST_STEPS));
                if (kill % 8 != 1) {
                    awaitWrite(process);
                    pause(random.nextInt(INTO_THE_WRITE_MICROSECONDS));
                } else {
                    pause(random.nextInt(AT_ANY_TIME_MICROSECONDS));
                }
                process.destroyForcibly().waitFor();
                left = countLeftovers(left);
                int before = steps;
                steps = stepsOf(newest(), training);
                assertThat(steps).isGreaterThan(before);
            }
            finish();
            countLeftovers(left);
        }
        boolean identical = Files.mismatch(pieces, whole) < 0;
        System.out.printf(
                "kills %d, inside a write %d (of these %d with half a file), resumed %d, result bit-identical: %s,"
                        + " leftovers %d, cleaned %d%n",
                KILLS, insideAWrite, halfWritten, KILLS, identical ? "yes" : "no", leftovers, leftoversCleaned);
        assertThat(identical).isTrue();
        assertThat(leftoversCleaned).isEqualTo(leftovers);
        if (KILLS >= MANY_KILLS) {
            assertThat(2 * insideAWrite).as("kills inside a write, doubled").isGreaterThanOrEqualTo(KILLS);
        }
    }

    private void finish() throws Exception {
        Process last = start();
        assertThat(last.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(last.exitValue()).as(log()).isZero();
        assertThat(checkpoints.toFile().list())
                .as("the newest two and the best, and no lock or leftover")
                .hasSizeBetween(2, 3)
                .allMatch(name -> name.endsWith(".safetensors"));
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TinyTraining.class.getName(),
                        model.toString(),
                        checkpoints.toString(),
                        pieces.toString(),
                        Integer.toString(STEPS))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    /** Waits for the process to leave a checkpoint after at least so many steps. */
    private void awaitCheckpoint(Process process, int steps) throws Exception {
        long start = System.nanoTime();
        while (CheckpointFolder.of(checkpoints)
                .newest()
                .filter(newest -> stepsInName(newest) >= steps)
                .isEmpty()) {
            assertThat(process.isAlive()).as(log()).isTrue();
            assertThat(System.nanoTime() - start).as(log()).isLessThan(PATIENCE.toNanos());
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    /** Waits, without rest, until a file that is not whole appears. */
    private void awaitWrite(Process process) throws IOException {
        long start = System.nanoTime();
        while (scratch().isEmpty()) {
            assertThat(process.isAlive()).as(log()).isTrue();
            assertThat(System.nanoTime() - start).as(log()).isLessThan(PATIENCE.toNanos());
        }
    }

    private static void pause(int microseconds) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(microseconds));
    }

    private Set<Path> scratch() {
        return Stream.of(checkpoints.toFile().list())
                .filter(name -> name.startsWith(".lamp4j-"))
                .map(checkpoints::resolve)
                .collect(Collectors.toSet());
    }

    /** Counts what the last kill left, and what is gone of what the one before left. */
    private Set<Path> countLeftovers(Set<Path> before) throws IOException {
        Set<Path> now = scratch();
        Set<Path> fresh = new HashSet<>(now);
        fresh.removeAll(before);
        leftovers += fresh.size();
        leftoversCleaned +=
                (int) before.stream().filter(path -> !now.contains(path)).count();
        insideAWrite += fresh.isEmpty() ? 0 : 1;
        for (Path path : fresh) {
            try (Stream<Path> inside = Files.list(path)) {
                List<Path> files = inside.toList();
                halfWritten += files.stream().anyMatch(file -> file.toString().endsWith(".safetensors")) ? 1 : 0;
            }
        }
        return now;
    }

    private Path newest() throws IOException {
        return CheckpointFolder.of(checkpoints).newest().orElseThrow();
    }

    private static int stepsInName(Path checkpoint) {
        return Integer.parseInt(checkpoint.getFileName().toString().split("-", -1)[1]);
    }

    /** Loads a checkpoint and returns how many steps it says it holds; all its parts agree with its name. */
    private static int stepsOf(Path checkpoint, TinyTraining training) throws IOException {
        int steps =
                training.model().storage().readCheckpoint(checkpoint).state().updateCount();
        assertThat(steps).isEqualTo(stepsInName(checkpoint));
        assertThat(training.model().storage().readMotion(checkpoint).metadata())
                .containsEntry("steps", Integer.toString(steps));
        return steps;
    }
}
