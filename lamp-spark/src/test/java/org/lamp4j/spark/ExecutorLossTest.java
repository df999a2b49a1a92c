package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills an executor, a process of its own, in the middle of a batch. */
@Tag("cluster")
class ExecutorLossTest {

    private static final int CLIPS = 12;

    private static final String LONGER =
            "{\"steps\": 20, \"frameCount\": 8, \"frameSize\": \"64x64\", \"guidanceScale\": 2}";

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    @TempDir
    private Path folder;

    private static List<Path> clipsIn(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> content = Files.list(place)) {
            return content.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    private static List<ProcessHandle> executors() {
        return ProcessHandle.current()
                .descendants()
                .filter(ExecutorLossTest::isExecutor)
                .toList();
    }

    /** Of a process with a long class path Java does not say the command line. */
    private static boolean isExecutor(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .contains("CoarseGrainedExecutorBackend");
        } catch (IOException gone) {
            return false;
        }
    }

    /** What was there when the executor was killed. */
    private record Kill(Map<Path, FileTime> made, ProcessHandle executor) {}

    private static Kill killOneAfter(int clips, Path place, Thread batch) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (clipsIn(place).size() < clips || executors().size() < 2) {
            assertThat(Instant.now()).as("clips in time").isBefore(end);
            assertThat(batch.isAlive()).as("the batch").isTrue();
            Thread.sleep(50);
        }
        Map<Path, FileTime> made = new HashMap<>();
        for (Path file : clipsIn(place)) {
            made.put(file, Files.getLastModifiedTime(file));
        }
        ProcessHandle executor = executors().get(0);
        executor.destroyForcibly();
        return new Kill(made, executor);
    }

    @Test
    void generate_executorKilledInTheMiddle_nothingLostOrMadeTwice() throws Exception {
        ClusterFiles files = ClusterFiles.in(folder);
        List<GenerationRequest> requests = new ArrayList<>();
        for (int index = 0; index < CLIPS; index++) {
            requests.add(files.request("clip-" + index, "a ball").withOptions(LONGER));
        }
        Path clips = folder.resolve("clips");
        List<GeneratedClip> rows = new ArrayList<>();
        Optional<Kill> kill;
        try (SparkSession spark = ClusterFiles.cluster(2)) {
            Thread batch = new Thread(() -> rows.addAll(LampSpark.generate(
                            spark.createDataset(requests, GenerationRequest.encoder())
                                    .repartition(4),
                            files.clusterModel(),
                            ClipOutput.inFolder(clips.toUri().toString()))
                    .collectAsList()));
            batch.start();
            kill = Optional.of(killOneAfter(2, clips, batch));
            batch.join(PATIENCE.toMillis());
            assertThat(batch.isAlive()).isFalse();
        }

        System.out.printf(
                "killed an executor after %d of %d clips%n", kill.get().made().size(), CLIPS);
        assertThat(kill.get().executor().isAlive()).isFalse();
        assertThat(kill.get().made()).hasSizeLessThan(CLIPS);
        assertThat(rows).hasSize(CLIPS).allMatch(row -> row.error().isEmpty());
        assertThat(rows.stream().map(GeneratedClip::id).distinct()).hasSize(CLIPS);
        assertThat(clipsIn(clips)).hasSize(CLIPS);
        for (Map.Entry<Path, FileTime> made : kill.get().made().entrySet()) {
            assertThat(Files.getLastModifiedTime(made.getKey())).isEqualTo(made.getValue());
        }
        Map<String, String> alone = files.hashesOfALoop(requests);
        assertThat(rows).allSatisfy(row -> assertThat(row.sha256()).contains(alone.get(row.id())));
    }
}
