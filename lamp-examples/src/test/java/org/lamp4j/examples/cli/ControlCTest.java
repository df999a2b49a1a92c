package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.fixtures.ReferenceFixture;
import org.lamp4j.fuzz.IgnoredSignals;

/** What Ctrl-C and the signals that end a process do to commands on a terminal, their progress bar showing. */
class ControlCTest {

    private static final String STOPPING = "lamp: stopping; another signal ends it at once";

    @TempDir
    private static Path drawn;

    @TempDir
    private Path folder;

    @BeforeAll
    static void drawOneClip() throws IOException {
        IgnoredSignals.assumeNone();
        new MotionClips(0).write(Motion.RIGHT, drawn);
        Path one = Files.createDirectory(drawn.resolve("one_clip"));
        Files.copy(drawn.resolve("clips/train00.mp4"), one.resolve("train00.mp4"));
    }

    @Test
    void train_controlCUnderTheProgressBar_savesWhatIsResumed() throws Exception {
        Path checkpoints = folder.resolve("checkpoints");
        try (TerminalProcess lamp = TerminalProcess.lamp(train(checkpoints, "--steps", "100000"))) {
            lamp.await("training .* [1-9]\\d*/100000 steps").pressControlC();

            assertThat(lamp.exitCode()).as(lamp.screen()).isEqualTo(Lamp.FAILED);
            assertThat(lamp.screen())
                    .contains(STOPPING)
                    .containsPattern("\nlamp: stopped after [1-9]\\d* of 100000 steps; they are kept in " + checkpoints
                            + "\\R$");
        }
        try (TerminalProcess resumed = TerminalProcess.lamp(train(checkpoints, "--steps", "100000", "--resume"))) {
            resumed.await("training .* ([2-9]|\\d\\d+)/100000 steps").signal("HUP");

            assertThat(resumed.exitCode()).as(resumed.screen()).isEqualTo(Lamp.FAILED);
            assertThat(resumed.screen())
                    .doesNotContainPattern("training .* 1/100000 steps")
                    .contains("they are kept in " + checkpoints);
        }
    }

    @Test
    void generate_terminatedUnderTheProgressBar_endsWithoutAFile() throws Exception {
        Path output = Files.createDirectory(folder.resolve("clips"));
        Path image = firstImage();
        try (TerminalProcess lamp = TerminalProcess.lamp(
                "generate",
                "--model",
                CommandRun.model(),
                "--motion",
                pattern(),
                "--prompt",
                "a red circle",
                "--image",
                image,
                "--frame-size",
                "64x64",
                "--frame-count",
                "4",
                "--steps",
                "900",
                "--output",
                output.resolve("a.mp4"))) {
            lamp.await("denoising .* [1-9]\\d*/\\d+ steps").signal("TERM");

            assertThat(lamp.exitCode()).as(lamp.screen()).isEqualTo(Lamp.FAILED);
            assertThat(lamp.screen())
                    .contains(STOPPING)
                    .containsPattern("\nlamp: generation was stopped: the thread was interrupted\\R$");
        }
        assertThat(output).isEmptyDirectory();
    }

    @Test
    void bench_controlC_endsWithAMessage() throws Exception {
        try (TerminalProcess lamp = TerminalProcess.lamp(
                "bench",
                "--model",
                CommandRun.model(),
                "--frame-size",
                "64x64",
                "--frame-count",
                "4",
                "--rounds",
                "100000")) {
            lamp.await("ONNX Runtime .* CPUs").pressControlC();

            assertThat(lamp.exitCode()).as(lamp.screen()).isEqualTo(Lamp.FAILED);
            assertThat(lamp.screen())
                    .containsPattern("another signal ends it at once\\R(.*\\R)*lamp: stopped before .*\\R$");
        }
    }

    @Test
    void verify_controlC_endsWithAMessage() throws Exception {
        Path fixture = ReferenceFixture.folder("sd14-mini").toAbsolutePath();
        try (TerminalProcess lamp = TerminalProcess.lamp("verify", fixture)) {
            lamp.await(" ok").pressControlC();

            assertThat(lamp.exitCode()).as(lamp.screen()).isEqualTo(Lamp.FAILED);
            assertThat(lamp.screen()).containsPattern("lamp: stopped before all rows were compared\\R$");
        }
    }

    /** The terminal's driver sends the signal; 130 is what a shell makes of an end by SIGINT. */
    @Test
    void hangingRead_controlCTwice_endsByTheSignal() throws Exception {
        try (TerminalProcess hanging =
                TerminalProcess.start(TerminalProcess.java(HangingCommand.class, "work to put away"))) {
            hanging.await("reading").pressControlC();
            hanging.await("another signal ends it at once").pressControlC();

            assertThat(hanging.exitCode()).as(hanging.screen()).isEqualTo(130);
        }
    }

    /** The JVM hands each signal to a thread of its own, so that either may come to be the second: 130 or 143. */
    @Test
    void hangingRead_twoSignalsInARow_endsByOneOfThem() throws Exception {
        try (TerminalProcess hanging =
                TerminalProcess.start(TerminalProcess.java(HangingCommand.class, "work to put away"))) {
            hanging.await("reading");
            hanging.signal("INT");
            hanging.signal("TERM");

            assertThat(hanging.exitCode()).as(hanging.screen()).isIn(130, 143);
        }
    }

    @Test
    void hangingRead_oneSignalAndNothingToPutAway_endsAfterAWhile() throws Exception {
        try (TerminalProcess hanging = TerminalProcess.start(TerminalProcess.java(HangingCommand.class))) {
            hanging.await("reading").signal("TERM");

            assertThat(hanging.exitCode()).as(hanging.screen()).isEqualTo(Lamp.FAILED);
            assertThat(hanging.screen()).containsPattern("lamp: stopped before the work was done\\R$");
        }
    }

    /** What is redirected is read by programs: it has lines, and no carriage returns or escape sequences. */
    @Test
    void train_errorsRedirectedOnATerminal_areLinesOnly() throws Exception {
        Path errors = folder.resolve("errors");
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2> '" + errors + "'", "sh"));
        command.addAll(TerminalProcess.java(Lamp.class, train(folder.resolve("checkpoints"), "--steps", "1")));
        try (TerminalProcess lamp = TerminalProcess.start(command)) {
            assertThat(lamp.exitCode()).as(lamp.screen()).isEqualTo(Lamp.OK);
        }
        assertThat(errors)
                .content()
                .contains("encoding clips 1/1", "training 1/1")
                .doesNotContain("\r", "\u001b");
    }

    private Path pattern() {
        Path pattern = folder.resolve("pattern.safetensors");
        new CommandRun()
                .succeed(
                        "train",
                        "--model",
                        CommandRun.model(),
                        "--clips",
                        drawn.resolve("one_clip"),
                        "--frame-size",
                        "64x64",
                        "--frame-count",
                        "4",
                        "--steps",
                        "1",
                        "--output",
                        pattern);
        return pattern;
    }

    private static Path firstImage() throws IOException {
        try (Stream<Path> images = Files.list(drawn.resolve("held_out"))) {
            return images.sorted().findFirst().orElseThrow();
        }
    }

    private Object[] train(Path checkpoints, String... more) {
        List<Object> arguments = new ArrayList<>(List.of("train", "--model", CommandRun.model()));
        arguments.addAll(List.of("--clips", drawn.resolve("one_clip"), "--frame-size", "64x64", "--frame-count", "4"));
        arguments.addAll(List.of("--output", folder.resolve("never.safetensors")));
        arguments.addAll(List.of("--checkpoint", checkpoints));
        arguments.addAll(List.of(more));
        return arguments.toArray();
    }
}
