package org.lamp4j.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads files that Jazzer makes, which keeps those that reach new code and damages them further. It also watches for
 * what a file must not bring about: making objects, loading classes, starting programs, opening connections.
 *
 * <p>Jazzer runs in a process of its own. What it keeps lies in {@code target/fuzz/CLASS/corpus} and is gone on from; a
 * finding lies beside it.
 *
 * @see <a href="https://github.com/CodeIntelligenceTesting/jazzer">Jazzer</a>
 */
public final class CoverageGuidedDamage {

    private static final System.Logger LOG = System.getLogger(ReaderFuzzTest.class.getName());

    private static final String JAZZER = "com.code_intelligence.jazzer.Jazzer";

    /** Code that is worth a file of its own when reached: ours, and the parsers behind it. */
    private static final String WATCHED = "org.lamp4j.**:com.fasterxml.jackson.**:org.yaml.**:net.razorvine.**";

    private static final int MOST_FILE_BYTES = 1 << 16;
    private static final int MOST_SECONDS_OF_A_CASE = 30;
    private static final int MOST_RESIDENT_MEGABYTES = 3000;

    private static final Pattern EXECUTIONS = Pattern.compile("stat::number_of_executed_units:\\s*(\\d+)");

    private static @Nullable FuzzedReader reader;

    private CoverageGuidedDamage() {}

    static boolean isAvailable() {
        try {
            Class.forName(JAZZER, false, CoverageGuidedDamage.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException absent) {
            return false;
        }
    }

    /** Runs Jazzer for some time; fails with its report if it finds something. */
    static void run(Class<? extends ReaderFuzzTest> test, Path folder, Duration length, Duration grace)
            throws Exception {
        Path output = Files.createDirectories(Path.of("target", "fuzz", test.getSimpleName()));
        Path corpus = Files.createDirectories(output.resolve("corpus"));
        writeSeeds(test, Files.createDirectory(folder.resolve("seeds")), corpus);
        Path files = Files.createDirectory(folder.resolve("files"));
        List<String> arguments = List.of(
                "--target_class=" + CoverageGuidedDamage.class.getName(),
                "--target_args=" + test.getName() + " " + files,
                "--instrumentation_includes=" + WATCHED,
                "--custom_hook_includes=" + WATCHED,
                "--reproducer_path=" + output,
                "-artifact_prefix=" + output + "/",
                "-max_total_time=" + length.toSeconds(),
                "-max_len=" + MOST_FILE_BYTES,
                "-timeout=" + MOST_SECONDS_OF_A_CASE,
                "-rss_limit_mb=" + MOST_RESIDENT_MEGABYTES,
                "-print_final_stats=1",
                corpus.toString());
        ChildProcess jazzer = ChildProcess.run(JAZZER, arguments, output.resolve("log"), length.plus(grace));
        assertThat(jazzer.exitCode())
                .as("Jazzer's report in %s: %s", output, tail(jazzer.output()))
                .isZero();
        Matcher executions = EXECUTIONS.matcher(jazzer.output());
        assertThat(executions.find()).as(tail(jazzer.output())).isTrue();
        LOG.log(
                System.Logger.Level.INFO,
                "{0}: {1} cases guided by coverage",
                test.getSimpleName(),
                executions.group(1));
    }

    private static String tail(String output) {
        String[] lines = output.split("\n");
        return String.join("\n", Arrays.asList(lines).subList(Math.max(0, lines.length - 60), lines.length));
    }

    /** The first byte says which file the others are for, if there are several. */
    private static void writeSeeds(Class<? extends ReaderFuzzTest> test, Path folder, Path corpus) throws Exception {
        try (FuzzedReader seeds = new FuzzedReader(FuzzedReader.test(test.getName()), folder)) {
            for (int file = 0; file < seeds.fileCount(); file++) {
                byte[] valid = seeds.valid(file);
                byte[] input = valid;
                if (seeds.fileCount() > 1) {
                    input = new byte[valid.length + 1];
                    input[0] = (byte) file;
                    System.arraycopy(valid, 0, input, 1, valid.length);
                }
                Files.write(corpus.resolve("seed-" + file), input);
            }
        }
    }

    /**
     * Called by Jazzer before the first case.
     *
     * @param arguments the test class, and an empty folder for its files
     * @throws Exception if its files cannot be written
     */
    public static void fuzzerInitialize(String[] arguments) throws Exception {
        reader = new FuzzedReader(FuzzedReader.test(arguments[0]), Path.of(arguments[1]));
    }

    /**
     * Called by Jazzer for each case.
     *
     * @param input what it made
     * @throws IOException if it cannot be written
     */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        if (Objects.requireNonNull(reader).fileCount() == 1) {
            reader.refuses(0, input, "input");
        } else if (input.length > 0) {
            int file = (input[0] & 0xff) % reader.fileCount();
            reader.refuses(file, Arrays.copyOfRange(input, 1, input.length), "input");
        }
    }
}
