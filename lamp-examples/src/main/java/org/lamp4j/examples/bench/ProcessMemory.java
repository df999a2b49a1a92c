package org.lamp4j.examples.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What this process holds, as Linux tells it in {@code /proc/self/status}.
 *
 * @param anonymousBytes memory of its own, {@code RssAnon}: not what it has mapped of files, which the system can take
 *     back
 * @param peakBytes the most it ever held of both, {@code VmHWM}, since the process began or {@link #forgetPeak}
 */
public record ProcessMemory(long anonymousBytes, long peakBytes) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    /** To be written to {@code clear_refs}: begin the peak anew. */
    private static final String CLEAR_PEAK = "5";

    private static final int KIBIBYTE = 1024;

    /** Reads it now; empty where there is no such file, on systems other than Linux. */
    static Optional<ProcessMemory> now() {
        if (!Files.isReadable(STATUS)) {
            return Optional.empty();
        }
        try {
            String status = Files.readString(STATUS);
            return Optional.of(new ProcessMemory(bytes(status, "RssAnon:"), bytes(status, "VmHWM:")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Lets the peak begin at what is held now; where the system refuses, it goes on from the process's beginning. */
    static void forgetPeak() {
        try {
            Files.writeString(CLEAR, CLEAR_PEAK);
        } catch (IOException e) {
            System.getLogger(ProcessMemory.class.getName())
                    .log(System.Logger.Level.DEBUG, "peak of memory not begun anew", e);
        }
    }

    /** Finds a line like {@code RssAnon: 1234 kB}. */
    private static long bytes(String status, String name) throws IOException {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
                .findFirst()
                .orElseThrow(() -> new IOException("expected " + name + ", but was no such line (" + STATUS + ")"));
    }
}
