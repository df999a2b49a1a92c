package org.lamp4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;

/** What Ctrl-C and the signals that end a process do to a command on a terminal, its progress bar showing. */
class ControlCTest {

    @TempDir
    private static Path drawn;

    @TempDir
    private Path folder;

    @BeforeAll
    static void drawClips() throws IOException {
        new MotionClips(0).write(Motion.RIGHT, drawn);
    }

    @Test
    void train_controlCUnderTheProgressBar_savesAndIsResumed() throws Exception {
        Path checkpoints = folder.resolve("checkpoints");
        try (TerminalProcess lamp = TerminalProcess.lamp(train(checkpoints))) {
            lamp.await("training .* [1-9]\\d*/100000 steps").pressControlC();

            assertThat(lamp.exitCode()).as(lamp.screen()).isEqualTo(Lamp.FAILED);
            assertThat(lamp.screen())
                    .containsPattern("\nlamp: stopped after [1-9]\\d* of 100000 steps; they are kept in " + checkpoints
                            + "\\R$");
        }
    }

    private Object[] train(Path checkpoints, String... more) {
        List<Object> arguments = new ArrayList<>(List.of("train", "--model", CommandRun.model()));
        arguments.addAll(List.of("--clips", drawn.resolve("clips"), "--size", "64x64", "--frames", "4"));
        arguments.addAll(List.of("--steps", "100000", "--output", folder.resolve("never.safetensors")));
        arguments.addAll(List.of("--checkpoint", checkpoints));
        arguments.addAll(List.of(more));
        return arguments.toArray();
    }
}
