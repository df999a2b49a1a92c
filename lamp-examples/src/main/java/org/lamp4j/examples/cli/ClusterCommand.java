package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lamp4j.spark.ClusterJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints how a batch is given to a Spark cluster. */
@Command(
        name = "cluster",
        description = {
            "Prints the spark-submit command that makes a batch of clips, measures it or learns many motions on a Spark "
                    + "cluster. What is given to the job stands behind --, and is checked here:",
            "",
            "  lamp cluster --executors 4 -- generate --requests clips.csv --model /models/sd14 --output s3a://studio/clips "
                    + "--results s3a://studio/results",
            "",
            "Behind -- generate --help, evaluate --help and train --help, spark-submit prints what each takes."
        })
final class ClusterCommand implements Callable<Integer> {

    private static final Path BUILT = Path.of("lamp-spark", "target", "lamp-spark-cluster.jar");

    private static final int MAX_COUNT = 10_000;

    private static final Pattern SIZE = Pattern.compile("[1-9]\\d{0,6}[mgtMGT]");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description =
                    "The cluster jar: lamp4j with all it needs but Spark. Default: the one that this project's build "
                            + "leaves, lamp-spark/target/lamp-spark-cluster.jar.")
    private Path jar = BUILT;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description =
                    "The cluster, such as spark://host:7077, yarn or k8s://https://host. Default: that of Spark's own "
                            + "configuration.")
    private @Nullable String master;

    @Option(
            names = "--executors",
            paramLabel = "N",
            description = "Executors to ask for. Default: as many as the cluster gives.")
    private @Nullable Integer executors;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "4",
            description = "CPU threads of a task, spark.task.cpus. Clips are the same bytes only with the same number. "
                    + "Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Option(
            names = "--tasks",
            paramLabel = "N",
            defaultValue = "1",
            description = "Tasks that an executor runs at once, with one model. Default: ${DEFAULT-VALUE}.")
    private int tasks;

    @Option(names = "--gpus", description = "Give each task a GPU of its own.")
    private boolean gpus;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "4g",
            description = "Java's memory in an executor. Default: ${DEFAULT-VALUE}.")
    private String heap;

    @Option(
            names = "--native-memory",
            paramLabel = "SIZE",
            defaultValue = "12g",
            description = "Memory of an executor beside Java's, in which networks run. Default: ${DEFAULT-VALUE}.")
    private String nativeMemory;

    @Parameters(paramLabel = "JOB", arity = "1..*", description = "generate, evaluate or train, and its options.")
    private List<String> job;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        requirePositive("--executors", executors);
        requirePositive("--threads", threads);
        requirePositive("--tasks", tasks);
        requireSize("--heap", heap);
        requireSize("--native-memory", nativeMemory);
        OptionTypes.fromOptions(spec, () -> {
            ClusterJob.check(job.toArray(String[]::new));
            return job;
        });
        if (!Files.isRegularFile(jar)) {
            throw new IOException("expected the cluster jar, but there is none (" + jar
                    + "); build it with mvn -DskipTests -Pdist -pl lamp-spark -am package");
        }
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("spark-submit", "--class", ClusterJob.class.getName()));
        if (master != null) {
            lines.add(List.of("--master", master));
        }
        if (executors != null) {
            lines.add(conf("spark.executor.instances", executors));
        }
        lines.add(conf("spark.executor.cores", threads * tasks));
        lines.add(conf("spark.task.cpus", threads));
        lines.add(conf("spark.executor.memory", heap));
        lines.add(conf("spark.executor.memoryOverhead", nativeMemory));
        if (gpus) {
            lines.add(conf("spark.executor.resource.gpu.amount", tasks));
            lines.add(conf("spark.task.resource.gpu.amount", 1));
        }
        lines.add(List.of(jar.toString()));
        lines.add(job);
        for (int index = 0; index < lines.size(); index++) {
            spec.commandLine()
                    .getOut()
                    .println((index == 0 ? "" : "  ")
                            + quoted(lines.get(index))
                            + (index == lines.size() - 1 ? "" : " \\"));
        }
        return Lamp.OK;
    }

    private void requirePositive(String option, @Nullable Integer count) {
        if (count != null && (count < 1 || count > MAX_COUNT)) {
            throw new ParameterException(
                    spec.commandLine(), "expected " + option + " of 1 to " + MAX_COUNT + ", but was " + count);
        }
    }

    /** As Spark reads sizes; without a unit it would take memory for mebibytes, and Java for bytes. */
    private void requireSize(String option, String size) {
        if (!SIZE.matcher(size).matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected " + option + " as a number with m, g or t, such as 4g, but was " + size);
        }
    }

    private static List<String> conf(String name, Object value) {
        return List.of("--conf", name + "=" + value);
    }

    private static String quoted(List<String> words) {
        return String.join(" ", words.stream().map(ClusterCommand::quoted).toList());
    }

    /** As a shell takes it for one word. */
    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
