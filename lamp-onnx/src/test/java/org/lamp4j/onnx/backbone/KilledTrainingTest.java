package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.training.CheckpointFolder;

/** Kills a process that trains, again and again; each goes on from what the one before left. Takes minutes. */
@Tag("slow")
class KilledTrainingTest {

    private static final int KILLS = 20;

    /** Steps of the whole run: more than that many processes take, so that the last one still has some to do. */
    private static final int STEPS = 600;

    /** A process is killed after at most so many steps more, and so many microseconds: within a few steps of its own. */
    private static final int MOST_STEPS = 4;

    private static final int MOST_MICROSECONDS = 60_000;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    private Path directory;

    @Test
    void run_killedAtRandomMoments_goesOnFromTheNewestCheckpointToTheSameBytes() throws Exception {
        Path model = TinyModel.in(directory.resolve("model")).directory();
        Path whole = directory.resolve("whole.safetensors");
        Path pieces = directory.resolve("pieces.safetensors");
        Path checkpoints = Files.createDirectory(directory.resolve("checkpoints"));
        Random random = new Random(6);
        int steps = 0;
        try (TinyTraining training = new TinyTraining(model)) {
            training.run(TinyTraining.options(STEPS).build(), whole);

            for (int kill = 0; kill < KILLS; kill++) {
                Process process = start(model, checkpoints, pieces);
                await(process, checkpoints, steps + 1 + random.nextInt(MOST_STEPS));
                TimeUnit.MICROSECONDS.sleep(random.nextInt(MOST_MICROSECONDS));
                process.destroyForcibly().waitFor();

                int before = steps;
                steps = stepsOf(newest(checkpoints), training);
                assertThat(steps).isGreaterThan(before);
            }
        }

        Process last = start(model, checkpoints, pieces);
        assertThat(last.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(last.exitValue()).as(log()).isZero();
        assertThat(Files.readAllBytes(pieces)).isEqualTo(Files.readAllBytes(whole));
        assertThat(checkpoints.toFile().list()).hasSizeBetween(2, 3).allMatch(name -> name.endsWith(".safetensors"));
    }

    private Process start(Path model, Path checkpoints, Path pattern) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TinyTraining.class.getName(),
                        model.toString(),
                        checkpoints.toString(),
                        pattern.toString(),
                        Integer.toString(STEPS))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    /** Waits for the process to leave a checkpoint after at least so many steps. */
    private void await(Process process, Path checkpoints, int steps) throws Exception {
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

    private static Path newest(Path checkpoints) throws IOException {
        return CheckpointFolder.of(checkpoints).newest().orElseThrow();
    }

    private static int stepsInName(Path checkpoint) {
        return Integer.parseInt(checkpoint.getFileName().toString().split("-")[1]);
    }

    /** Loads a checkpoint and returns how many steps it says it holds; all its parts agree with its name. */
    private static int stepsOf(Path checkpoint, TinyTraining training) throws IOException {
        int steps = training.model().readCheckpoint(checkpoint).state().updateCount();
        assertThat(steps).isEqualTo(stepsInName(checkpoint));
        assertThat(training.model().readMotion(checkpoint).metadata()).containsEntry("steps", Integer.toString(steps));
        return steps;
    }
}
