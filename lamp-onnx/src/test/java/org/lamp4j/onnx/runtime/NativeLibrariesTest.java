package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Looks at what a process that begins ONNX Runtime leaves in the folder for temporary files. */
class NativeLibrariesTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Instant longAgo = Instant.now().minus(Duration.ofHours(1));

    @TempDir
    private Path temporary;

    @TempDir
    private Path elsewhere;

    /** A program that begins ONNX Runtime, says so and waits for a line. */
    public static final class Waiting {

        private Waiting() {}

        public static void main(String[] arguments) throws IOException {
            System.out.println("version " + OnnxRuntime.version());
            System.in.read();
        }
    }

    @Test
    void process_ends_leavesNothing() throws Exception {
        Process process = start();
        awaitVersion(process);
        try (OutputStream line = process.getOutputStream()) {
            line.write('\n');
        }

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a library that is loaded cannot be removed there")
    void process_isKilled_leavesNothing() throws Exception {
        Process process = start();
        awaitVersion(process);
        process.destroyForcibly().waitFor();

        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void process_begins_removesWhatDeadProcessesLeftAndNothingElse() throws Exception {
        Path dead = folder(NativeLibraries.PREFIX + "1-dead");
        Path living = folder(NativeLibraries.PREFIX + "1-living");
        Path young = Files.createDirectory(temporary.resolve(NativeLibraries.PREFIX + "1-young"));
        Path foreign = folder("onnxruntime-java1");
        Path link = Files.createSymbolicLink(temporary.resolve(NativeLibraries.PREFIX + "1-link"), elsewhere);
        Files.createFile(elsewhere.resolve("kept"));
        try (FileChannel lock = FileChannel.open(living.resolve("lock"), StandardOpenOption.WRITE)) {
            assertThat(lock.tryLock()).isNotNull();
            Process process = start();
            awaitVersion(process);
            process.destroyForcibly().waitFor();
        }

        assertThat(dead).doesNotExist();
        assertThat(List.of(living, young, foreign, link, elsewhere.resolve("kept")))
                .allSatisfy(path -> assertThat(path).exists());
    }

    @Test
    void process_librariesOfItsOwnThatAreMissing_areNamed() throws Exception {
        Process process = start("-Donnxruntime.native.path=" + elsewhere);

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(elsewhere.resolve("log")))
                .contains(
                        "expected ONNX Runtime's native libraries, but was: Native library 'onnxruntime' not found at "
                                + elsewhere.resolve(System.mapLibraryName("onnxruntime")));
        assertThat(temporary).isEmptyDirectory();
    }

    private Path folder(String name) throws IOException {
        Path folder = Files.createDirectory(temporary.resolve(name));
        Files.createFile(folder.resolve("lock"));
        Files.createFile(folder.resolve("libonnxruntime.so"));
        Files.setLastModifiedTime(folder, FileTime.from(longAgo));
        return folder;
    }

    private Process start(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(options));
        command.add(Waiting.class.getName());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(elsewhere.resolve("log").toFile())
                .start();
    }

    private void awaitVersion(Process process) throws Exception {
        Path log = elsewhere.resolve("log");
        long start = System.nanoTime();
        while (!Files.readString(log).contains("version 1.")) {
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            assertThat(System.nanoTime() - start).isLessThan(PATIENCE.toNanos());
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
