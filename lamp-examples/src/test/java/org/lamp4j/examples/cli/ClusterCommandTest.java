package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs where there is no Spark: what is checked here is checked without it. */
class ClusterCommandTest {

    private static final Object[] JOB = {
        "--",
        "generate",
        "--requests",
        "my clips.csv",
        "--model",
        "/models/sd14",
        "--output",
        "s3a://studio/clips",
        "--results",
        "s3a://studio/results"
    };

    private final CommandRun lamp = new CommandRun();

    @TempDir
    private Path folder;

    private Object[] cluster(Object[] job, Object... options) throws IOException {
        Path jar = Files.writeString(folder.resolve("cluster.jar"), "a jar");
        Object[] all = new Object[3 + options.length + job.length];
        all[0] = "cluster";
        all[1] = "--jar";
        all[2] = jar;
        System.arraycopy(options, 0, all, 3, options.length);
        System.arraycopy(job, 0, all, 3 + options.length, job.length);
        return all;
    }

    @Test
    void cluster_jobOnGpus_printsTheCommand() throws IOException {
        lamp.succeed(cluster(JOB, "--master", "yarn", "--executors", 4, "--threads", 2, "--tasks", 3, "--gpus"));

        assertThat(lamp.out()).isEqualToNormalizingNewlines("""
                spark-submit --class org.lamp4j.spark.ClusterJob \\
                  --master yarn \\
                  --conf spark.executor.instances=4 \\
                  --conf spark.executor.cores=6 \\
                  --conf spark.task.cpus=2 \\
                  --conf spark.executor.memory=4g \\
                  --conf spark.executor.memoryOverhead=12g \\
                  --conf spark.executor.resource.gpu.amount=3 \\
                  --conf spark.task.resource.gpu.amount=1 \\
                  %s \\
                  generate --requests 'my clips.csv' --model /models/sd14 --output s3a://studio/clips --results s3a://studio/results
                """.formatted(folder.resolve("cluster.jar")));
    }

    @Test
    void cluster_jobWithATypingError_isRefusedBeforeItIsSubmitted() throws IOException {
        assertThat(lamp.run(cluster(new Object[] {"--", "generate", "--request", "clips.csv"})))
                .isEqualTo(Lamp.BAD_USAGE);

        assertThat(lamp.err()).contains("--requests").contains("(see lamp cluster --help)");
    }

    @ParameterizedTest
    @CsvSource({
        "--executors, 0, 'expected --executors of 1 to 10000, but was 0'",
        "--threads, -1, 'expected --threads of 1 to 10000, but was -1'",
        "--tasks, 2000000, 'expected --tasks of 1 to 10000, but was 2000000'",
        "--heap, 4, 'expected --heap as a number with m, g or t, such as 4g, but was 4'",
        "--native-memory, much, 'expected --native-memory as a number with m, g or t, such as 4g, but was much'"
    })
    void cluster_impossibleNumber_isBadUsage(String option, String value, String message) throws IOException {
        assertThat(lamp.run(cluster(JOB, option, value))).isEqualTo(Lamp.BAD_USAGE);

        assertThat(lamp.err()).startsWith("lamp: " + message);
    }

    @Test
    void cluster_noJar_saysHowItIsBuilt() {
        Path missing = folder.resolve("none.jar");
        Object[] arguments = new Object[3 + JOB.length];
        arguments[0] = "cluster";
        arguments[1] = "--jar";
        arguments[2] = missing;
        System.arraycopy(JOB, 0, arguments, 3, JOB.length);

        assertThat(lamp.run(arguments)).isEqualTo(Lamp.FAILED);

        assertThat(lamp.err().strip())
                .isEqualTo("lamp: expected the cluster jar, but there is none (" + missing
                        + "); build it with mvn -DskipTests -Pdist -pl lamp-spark -am package");
    }
}
