package org.lamp4j.fuzz;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Signals that this process ignores because of who started it; a JVM leaves that as it is, and its children inherit it.
 */
public final class IgnoredSignals {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long HANGUP = 1;
    private static final long INTERRUPT = 1 << 1;

    private IgnoredSignals() {}

    /**
     * Skips a test that sends SIGINT or SIGHUP if these are ignored, as they are in the background of a shell and under
     * nohup.
     *
     * @throws IOException if the system does not tell
     */
    public static void assumeNone() throws IOException {
        if (Files.exists(STATUS)) {
            assumeTrue(
                    (mask() & (HANGUP | INTERRUPT)) == 0,
                    "this process was started with SIGINT or SIGHUP ignored, and so are its children");
        }
    }

    private static long mask() throws IOException {
        try (Stream<String> lines = Files.lines(STATUS)) {
            String ignored =
                    lines.filter(line -> line.startsWith("SigIgn:")).findFirst().orElseThrow();
            return Long.parseUnsignedLong(ignored.replaceFirst("\\D*:\\s*", ""), 16);
        }
    }
}
