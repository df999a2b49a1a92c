package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.fuzz.IgnoredSignals;

/**
 * Ends processes whose daemon threads generate and make sessions, in each way that a process is ended, a moment after
 * they have begun. {@code -Dexits=200} makes it long.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent by kill")
class LeavingTest {

    private static final int EXITS = Integer.getInteger("exits", 6);

    private static final int LONGEST_DELAY_MILLIS = 300;

    /** For a machine that does much else at the same time; the time that is promised is printed. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * What the JVM, the C library and the C++ library say of a crash, and what a thread says that ends by another
     * error.
     */
    private static final List<String> SIGNS_OF_A_CRASH = List.of(
            "terminate called", "fatal error", "SIGSEGV", "SIGABRT", "Assertion", "corrupt", "Exception in thread");

    /** A way to end a process, and the exit code that the shell sees then. */
    private enum Way {
        EXIT(LeavingProgram.EXIT_CODE) {
            @Override
            void end(Process process) throws IOException {
                try (OutputStream line = process.getOutputStream()) {
                    line.write('\n');
                }
            }
        },
        TERM(143) {
            @Override
            void end(Process process) throws IOException, InterruptedException {
                signal("-TERM", process);
            }
        },
        INT(130) {
            @Override
            void end(Process process) throws IOException, InterruptedException {
                signal("-INT", process);
            }
        };

        private final int exitCode;

        Way(int exitCode) {
            this.exitCode = exitCode;
        }

        abstract void end(Process process) throws IOException, InterruptedException;

        private static void signal(String name, Process process) throws IOException, InterruptedException {
            assertThat(new ProcessBuilder("kill", name, Long.toString(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        }
    }

    private static final List<Way> WAYS = List.of(Way.values());
    private static final List<LeavingProgram.Load> LOADS = List.of(LeavingProgram.Load.values());

    @TempDir
    private Path folder;

    private final Random random = new Random(11);
    private final List<String> failures = new ArrayList<>();
    private long slowestMillis;
    private int crashes;
    private int wrongExitCodes;

    @Test
    void exit_whileDaemonThreadsWork_isCleanAndSoon() throws Exception {
        IgnoredSignals.assumeNone();
        Path model = folder.resolve("model");
        LeavingProgram.writeModel(model);
        for (int exit = 0; exit < EXITS; exit++) {
            Way way = WAYS.get(exit % WAYS.size());
            LeavingProgram.Load load = LOADS.get(exit / WAYS.size() % LOADS.size());
            leave(Files.createDirectory(folder.resolve("exit" + exit)), way, load, model);
        }
        System.out.printf(
                "%d exits while 4 daemon threads work: %d crashes, %d wrong exit codes, the slowest took %d ms%n",
                EXITS, crashes, wrongExitCodes, slowestMillis);
        assertThat(failures).isEmpty();
    }

    private void leave(Path place, Way way, LeavingProgram.Load load, Path model) throws Exception {
        Path log = place.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx1g",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=" + place.resolve("hs_err.log"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LeavingProgram.class.getName(),
                        load.name(),
                        model.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            awaitReady(process, log);
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_DELAY_MILLIS));
            long start = System.nanoTime();
            way.end(process);
            boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            slowestMillis = Math.max(
                    slowestMillis, Duration.ofNanos(System.nanoTime() - start).toMillis());
            judge(place, way, load, ended ? process.exitValue() : null);
        } finally {
            process.destroyForcibly();
        }
    }

    private void judge(Path place, Way way, LeavingProgram.Load load, Integer exitCode) throws IOException {
        String output = text(place.resolve("log"));
        boolean crashed = Files.exists(place.resolve("hs_err.log"))
                || SIGNS_OF_A_CRASH.stream().anyMatch(output::contains);
        boolean wrong = exitCode == null || exitCode != way.exitCode;
        if (crashed) {
            crashes++;
        }
        if (wrong) {
            wrongExitCodes++;
        }
        if (crashed || wrong) {
            failures.add("expected exit code " + way.exitCode + ", but was " + exitCode + " (" + way + ", " + load
                    + "): " + output);
        }
    }

    private static void awaitReady(Process process, Path log) throws Exception {
        long start = System.nanoTime();
        while (!text(log).contains(LeavingProgram.READY)) {
            assertThat(process.isAlive()).as(text(log)).isTrue();
            assertThat(System.nanoTime() - start).as(text(log)).isLessThan(PATIENCE.toNanos());
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static String text(Path log) throws IOException {
        return Files.readString(log, StandardCharsets.ISO_8859_1);
    }
}
