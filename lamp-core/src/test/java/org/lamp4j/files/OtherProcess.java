package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A Java process that holds something, says so, and waits. */
final class OtherProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private OtherProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts one that holds a scratch folder, or else a lock, in a folder; it does so when this returns. */
    static OtherProcess holding(String what, Path folder) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        what,
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        OtherProcess other = new OtherProcess(process);
        assertThat(other.output.readLine()).isEqualTo("holds it");
        return other;
    }

    long pid() {
        return process.pid();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Lets it end by itself. */
    @Override
    public void close() throws IOException {
        process.outputWriter().close();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /**
     * Holds what it is told to until its input ends.
     *
     * @param arguments {@code scratch}, {@code file} or {@code lock}, and the folder
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[1]);
        switch (arguments[0]) {
            case "scratch" -> {
                try (ScratchFolder scratch = ScratchFolder.in(folder)) {
                    AtomicFile.write(scratch.path().resolve("half"), "half");
                    waitForTheEnd();
                }
            }
            case "file" ->
                AtomicFile.write(folder.resolve("file"), output -> {
                    output.write(1);
                    waitForTheEnd();
                    output.write(2);
                });
            default -> {
                FolderLock lock = FolderLock.take(folder, "nobody");
                waitForTheEnd();
                lock.close();
            }
        }
    }

    private static void waitForTheEnd() throws IOException {
        System.out.println("holds it");
        assertThat(System.in.read()).isEqualTo(-1);
    }
}
