package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An executor, a process of its own, with two GPUs that Spark believes in. None has to be there: what cannot be opened
 * is named.
 */
@Tag("cluster")
class GpuOfATaskTest {

    @TempDir
    private Path folder;

    /** What a task was given, and which device it asked for. */
    private static final class AskedFor implements MapPartitionsFunction<GeneratedClip, String> {

        private static final long serialVersionUID = 1;

        @Override
        public Iterator<String> call(Iterator<GeneratedClip> clips) {
            String address = TaskContext.get().resourcesJMap().get("gpu").addresses()[0];
            List<String> asked = new ArrayList<>();
            try {
                clips.forEachRemaining(clip -> asked.add(address + ": a clip"));
            } catch (RuntimeException unavailable) {
                String message = String.valueOf(unavailable.getMessage());
                asked.add(address + ": " + message.substring(message.lastIndexOf('(')));
            }
            return asked.iterator();
        }
    }

    private Path discoveryScript() throws IOException {
        Path script = Files.writeString(
                folder.resolve("gpus.sh"), "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}'\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void generate_twoTasksAtOnce_eachAsksForTheGpuThatSparkGaveIt() throws IOException {
        ClusterFiles files = ClusterFiles.in(folder);
        List<GenerationRequest> requests = List.of(files.request("a", "a ball"), files.request("b", "a ball"));
        List<String> asked;
        try (SparkSession spark = ClusterFiles.clusterBuilder("local-cluster[1,2,1024]")
                .config("spark.worker.resource.gpu.amount", "2")
                .config(
                        "spark.worker.resource.gpu.discoveryScript",
                        discoveryScript().toString())
                .config("spark.executor.resource.gpu.amount", "2")
                .config("spark.task.resource.gpu.amount", "1")
                .getOrCreate()) {
            asked = LampSpark.generate(
                            spark.createDataset(requests, GenerationRequest.encoder()),
                            files.clusterModel(),
                            ClipOutput.inRows())
                    .mapPartitions(new AskedFor(), Encoders.STRING())
                    .collectAsList();
        }

        assertThat(asked).containsExactlyInAnyOrder("0: (CUDA device 0, FLOAT16)", "1: (CUDA device 1, FLOAT16)");
    }
}
