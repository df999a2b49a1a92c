package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.fuzz.IgnoredSignals;

/**
 * Ctrl-C on a terminal ends each command that takes long as is promised: these are the ones that ControlCTest has not.
 */
class ControlCOfCommandsTest {

    private static final String STOPPING = "lamp: stopping; another signal ends it at once";

    /** What is said of work that has not ended five seconds later, as on a busy machine it may not have. */
    private static final String TOO_LONG = "stopped before the work was done";

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String A_STEP_DONE = " [1-9]\\d*/\\d+ ";
    private static final String A_FILE = "";

    @TempDir
    private Path folder;

    /** A command, and how it ends. */
    private enum Ending {
        EXPORT(A_FILE, "stopped while writing .*", "made", "--standard", "--output", "made"),
        DISTIL(
                "encoding .*" + A_STEP_DONE,
                "distillation was stopped, nothing was written",
                "made.safetensors",
                "--output",
                "made.safetensors"),
        STUDIO("http://127\\.0\\.0\\.1:\\d+/#", "", "made/incoming/file", "--no-browser", "--folder", "made"),
        ENLARGE(
                "denoising .*" + A_STEP_DONE,
                "generation was stopped: the thread was interrupted",
                "made.mp4",
                "--motion",
                "pattern.safetensors",
                "--video",
                "clip.mp4",
                "--prompt",
                "a square",
                "--frame-count",
                "8",
                "--frame-size",
                "128x128",
                "--steps",
                "900",
                "--output",
                "made.mp4"),
        QUICKSTART(
                "training .*" + A_STEP_DONE,
                "stopped before the training was over",
                "made/pattern.safetensors",
                "--output",
                "made"),
        EVALUATE_EMBEDDED(
                "training .*" + A_STEP_DONE,
                "the evaluation was stopped before all motions were learned",
                "made/grow-seed-0/pattern.safetensors",
                "--images",
                "0",
                "--motions",
                "grow",
                "--output",
                "made"),
        PRETRAIN(A_STEP_DONE, "stopped; the same command goes on from .*made", "made/model/unet", "--output", "made"),
        ACCEPT(
                " …",
                "stopped before all parts were run; the same command goes on with the next",
                "made/acceptance.html",
                "--size",
                "small",
                "--output",
                "made");

        private static final Set<Ending> IN_EACH_BUILD = EnumSet.of(EXPORT, DISTIL, STUDIO);

        private final String begun;
        private final String message;
        private final String unfinished;
        private final List<String> options;

        /**
         * Says what happens.
         *
         * @param begun what the screen shows when there is work to stop
         * @param message the last line but for its beginning; empty if nothing is said, for all is well
         * @param unfinished what would be there if the command were done
         */
        Ending(String begun, String message, String unfinished, String... options) {
            this.begun = begun;
            this.message = message;
            this.unfinished = unfinished;
            this.options = List.of(options);
        }

        String command() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        boolean inEachBuild() {
            return IN_EACH_BUILD.contains(this);
        }

        boolean takesAModel() {
            return inEachBuild() || this == ENLARGE;
        }
    }

    @BeforeAll
    static void assumeThatSignalsCome() throws IOException {
        IgnoredSignals.assumeNone();
    }

    @ParameterizedTest
    @EnumSource
    void command_controlCUnderWork_endsAsPromised(Ending ending) throws Exception {
        assumeTrue(
                ending.inEachBuild() || "all".equals(System.getProperty("control-c")),
                "takes some seconds more, with -Dcontrol-c=all");
        try (TerminalProcess lamp = TerminalProcess.lamp(arguments(ending))) {
            if (ending.begun.equals(A_FILE)) {
                awaitAFile();
            } else {
                lamp.await(ending.begun);
            }

            lamp.pressControlC();

            boolean well = ending.message.isEmpty();
            assertThat(lamp.exitCode()).as(lamp.screen()).isEqualTo(well ? Lamp.OK : Lamp.FAILED);
            assertThat(lamp.screen())
                    .containsPattern(
                            well
                                    ? STOPPING + "\\R$"
                                    : STOPPING + "\\R(.*\\R)*lamp: (" + ending.message + "|" + TOO_LONG + ")\\R$");
        }
        assertThat(folder.resolve(ending.unfinished)).doesNotExist();
        assertThat(unfinishedFiles()).isEmpty();
    }

    private Object[] arguments(Ending ending) throws IOException {
        if (ending == Ending.ENLARGE) {
            CaptionedScene start =
                    new MotionClips(0).trainingStarts(Motion.RIGHT).get(0);
            new MotionClips(0).clip(Motion.RIGHT, start.scene()).write(folder.resolve("clip.mp4"));
            try (Backbone backbone = Backbone.load(CommandRun.model())) {
                MotionPattern.untrained(backbone).save(folder.resolve("pattern.safetensors"));
            }
        }
        Stream<Object> model = ending.takesAModel() ? Stream.of("--model", CommandRun.model()) : Stream.empty();
        Stream<Object> fixtures = ending == Ending.ACCEPT
                ? Stream.of("--fixtures", Path.of("../fixtures").toAbsolutePath())
                : Stream.empty();
        Stream<Object> own = ending.options.stream()
                .map(option -> option.matches("(made|clip|pattern)(\\.\\w+)?") ? folder.resolve(option) : option);
        return Stream.of(Stream.<Object>of(ending.command()), model, fixtures, own)
                .flatMap(part -> part)
                .toArray();
    }

    private void awaitAFile() throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (folder.toFile().list().length == 0) {
            assertThat(System.nanoTime()).as("something is written").isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /** What was being written lies in hidden folders. */
    private List<Path> unfinishedFiles() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !path.equals(folder))
                    .filter(path -> path.getFileName().toString().startsWith("."))
                    .toList();
        }
    }
}
