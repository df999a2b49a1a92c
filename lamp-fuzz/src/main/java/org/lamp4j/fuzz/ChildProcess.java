package org.lamp4j.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own that has ended.
 *
 * @param exitCode its exit code, or {@link #KILLED} if it did not end in time
 * @param output what it printed
 */
record ChildProcess(int exitCode, String output) {

    static final int KILLED = -1;

    private static final String HEAP = "-Xmx1g";

    /** Runs a main class on this class path, at most so long. */
    static ChildProcess run(Class<?> main, List<String> arguments, Path log, Duration patience)
            throws IOException, InterruptedException {
        return run(main.getName(), arguments, log, patience);
    }

    static ChildProcess run(String main, List<String> arguments, Path log, Duration patience)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:ErrorFile=" + log.resolveSibling("hs_err.log"),
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(arguments);
        File output = log.toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        try {
            boolean ended = process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
            return new ChildProcess(ended ? process.exitValue() : KILLED, text(log));
        } finally {
            process.destroyForcibly();
        }
    }

    /** FFmpeg and libFuzzer print bytes of damaged files, in no encoding. */
    private static String text(Path log) throws IOException {
        return new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1);
    }
}
