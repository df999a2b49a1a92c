package org.lamp4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.config.JsonOptions;
import org.lamp4j.device.Device;
import org.lamp4j.testing.DrawnClips;
import org.lamp4j.training.TrainingClip;
import org.lamp4j.training.TrainingClips;

/** The cluster jar, given to Spark as {@code spark-submit} gives it, with nothing else of lamp4j on the class path. */
@Tag("cluster")
class ClusterJarTest {

    private static final Path JAR = Path.of("target", "lamp-spark-cluster.jar");

    private static final String TRAINING = "{\"steps\": 3, \"frameCount\": 2, \"frameSize\": \"64x64\", \"seed\": 3}";

    /** What only the jar is to bring: lamp4j, and those of its dependencies whose absence would be noticed. */
    private static final Predicate<String> OF_THE_JAR = Pattern.compile(
                    "lamp-[a-z]+.target|onnxruntime|bytedeco|picocli|razorvine|protobuf|tribuo")
            .asPredicate();

    @TempDir
    private Path folder;

    @BeforeEach
    void assumeBuilt() {
        assumeTrue(Files.isRegularFile(JAR), "mvn -DskipTests -Pdist -pl lamp-spark -am package builds " + JAR);
    }

    private Path clips() throws IOException {
        Path clips = Files.createDirectory(folder.resolve("moves_right"));
        for (TrainingClip clip : DrawnClips.training().clips()) {
            clip.firstWindow(16, 1).write(clips.resolve(clip.name() + ".mp4"));
        }
        return clips;
    }

    /** Returns what the program printed. */
    private String submit(String... job) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-Xmx"))
                .forEach(command::add);
        command.addAll(List.of("-cp", ofSpark(), "org.apache.spark.deploy.SparkSubmit"));
        command.addAll(List.of("--master", "local[2]", "--conf", "spark.ui.enabled=false"));
        command.addAll(List.of("--class", ClusterJob.class.getName(), JAR.toString()));
        command.addAll(List.of(job));
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(output);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }

    private static String ofSpark() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(OF_THE_JAR.negate())
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void train_fromTheJar_samePatternAsAlone() throws Exception {
        ClusterFiles files = ClusterFiles.in(folder);
        Path clips = clips();
        Path requests = Files.writeString(
                folder.resolve("motions.csv"),
                "id,clips,options\nright," + clips.toUri() + ",\"" + TRAINING.replace("\"", "\"\"") + "\"\n");
        Path patterns = folder.resolve("patterns");

        String printed = submit(
                "train",
                "--requests",
                requests.toString(),
                "--model",
                files.model().toString(),
                "--output",
                patterns.toUri().toString(),
                "--results",
                folder.resolve("results.json").toString());

        assertThat(printed).contains("1 rows, 0 of them failed");
        try (Stream<Path> made = Files.list(patterns);
                Backbone backbone = Backbone.load(files.model(), Device.cpu().withThreads(1))) {
            assertThat(made.filter(Files::isRegularFile))
                    .singleElement()
                    .satisfies(file -> assertThat(
                                    MotionPattern.load(backbone, file).fingerprint())
                            .isEqualTo(MotionPattern.train(
                                            backbone,
                                            TrainingClips.in(clips),
                                            JsonOptions.training(TRAINING).build())
                                    .fingerprint()));
        }
    }
}
