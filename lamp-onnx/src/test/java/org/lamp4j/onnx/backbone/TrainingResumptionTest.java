package org.lamp4j.onnx.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.progress.Decision;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.training.TrainingProgress;
import org.lamp4j.training.WindowStart;

class TrainingResumptionTest {

    private static final int STEPS = 60;

    @TempDir
    private Path folder;

    private Path checkpoints;
    private Path whole;
    private Path pieces;

    @BeforeEach
    void writeModel() throws IOException {
        TinyModel.in(folder.resolve("model"));
        checkpoints = folder.resolve("checkpoints");
        whole = folder.resolve("whole.safetensors");
        pieces = folder.resolve("pieces.safetensors");
    }

    private static TrainingOptionsBuilder stoppingAfter(int steps, TrainingOptionsBuilder options) {
        return options.listener(
                progress -> progress instanceof TrainingProgress.TrainingStep && progress.step() == steps
                        ? Decision.STOP
                        : Decision.CONTINUE);
    }

    @Test
    void run_stoppedTwiceAndResumed_givesTheBytesOfTheUninterruptedRun() throws IOException {
        try (TinyTraining tiny = new TinyTraining(folder.resolve("model"))) {
            tiny.run(TinyTraining.options(STEPS).build(), whole);

            tiny.run(
                    stoppingAfter(
                                    7,
                                    TinyTraining.options(STEPS)
                                            .checkpoint(checkpoints)
                                            .checkpointEvery(100))
                            .build(),
                    pieces);
            assertThat(pieces).content(StandardCharsets.ISO_8859_1).contains("\"steps\":\"7\"");
            tiny.run(
                    stoppingAfter(
                                    31,
                                    TinyTraining.options(STEPS)
                                            .checkpoint(checkpoints)
                                            .checkpointEvery(10)
                                            .resume(checkpoints))
                            .build(),
                    pieces);
            tiny.run(TinyTraining.options(STEPS).resume(checkpoints).build(), pieces);
        }

        assertThat(Files.readAllBytes(pieces)).isEqualTo(Files.readAllBytes(whole));
    }

    @Test
    void run_newestCheckpointIsDamaged_goesOnFromTheOneBeforeOnlyWhenItIsNamed() throws IOException {
        try (TinyTraining tiny = new TinyTraining(folder.resolve("model"))) {
            tiny.run(TinyTraining.options(6).build(), whole);
            tiny.run(
                    stoppingAfter(
                                    4,
                                    TinyTraining.options(6)
                                            .checkpoint(checkpoints)
                                            .checkpointEvery(2))
                            .build(),
                    pieces);
            Path newest = CheckpointFolder.of(checkpoints).newest().orElseThrow();
            byte[] content = Files.readAllBytes(newest);
            content[content.length / 2] ^= 1;
            Files.write(newest, content);
            Path older;
            try (Stream<Path> files = Files.list(checkpoints)) {
                older = files.filter(file -> !file.equals(newest)).findFirst().orElseThrow();
            }

            assertThatThrownBy(() -> tiny.run(
                            TinyTraining.options(6)
                                    .checkpoint(checkpoints)
                                    .checkpointEvery(2)
                                    .resume(checkpoints)
                                    .build(),
                            pieces))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("expected content whose checksum is sha256:")
                    .hasMessageContaining("the file is damaged: take another copy of it (" + newest + ")")
                    .hasMessageEndingWith(
                            "; to lose the steps after it and go on from an older one that is whole, resume" + " from "
                                    + older);
            tiny.run(
                    TinyTraining.options(6)
                            .checkpoint(checkpoints)
                            .checkpointEvery(2)
                            .resume(older)
                            .build(),
                    pieces);
            assertThat(newest.resolveSibling(newest.getFileName() + ".damaged")).hasBinaryContent(content);
        }

        assertThat(Files.readAllBytes(pieces)).isEqualTo(Files.readAllBytes(whole));
    }

    @Test
    void run_fromAPatternOfWindowsAtTheStartStoppedAndResumed_givesTheBytesOfTheUninterruptedRun() throws IOException {
        Path first = folder.resolve("first.safetensors");
        try (TinyTraining tiny = new TinyTraining(folder.resolve("model"))) {
            tiny.run(TinyTraining.options(3).build(), first);
            tiny.weights(2.5, 0.5, 1);
            tiny.run(atTheStart().startFrom(first).build(), whole);

            tiny.run(
                    stoppingAfter(
                                    7,
                                    atTheStart()
                                            .startFrom(first)
                                            .checkpoint(checkpoints)
                                            .checkpointEvery(100))
                            .build(),
                    pieces);
            tiny.run(atTheStart().resume(checkpoints).build(), pieces);
        }

        assertThat(Files.readAllBytes(pieces)).isEqualTo(Files.readAllBytes(whole));
        assertThat(pieces)
                .content(StandardCharsets.ISO_8859_1)
                .contains("\"start_from\":\"sha256:", "window_start", "clip_start", "\\\"weight\\\":2.5");
    }

    private static TrainingOptionsBuilder atTheStart() {
        return TinyTraining.options(STEPS).windowStart(WindowStart.CLIP_START);
    }

    @Test
    void run_lowRankStoppedAndResumed_givesTheBytesOfTheUninterruptedRun() throws IOException {
        try (TinyTraining tiny = new TinyTraining(folder.resolve("model"))) {
            tiny.run(TinyTraining.options(STEPS).rank(2).alpha(1).build(), whole);

            tiny.run(
                    stoppingAfter(
                                    31,
                                    TinyTraining.options(STEPS)
                                            .rank(2)
                                            .alpha(1)
                                            .checkpoint(checkpoints)
                                            .checkpointEvery(100))
                            .build(),
                    pieces);
            tiny.run(
                    TinyTraining.options(STEPS)
                            .rank(2)
                            .alpha(1)
                            .resume(checkpoints)
                            .build(),
                    pieces);
        }

        assertThat(Files.readAllBytes(pieces)).isEqualTo(Files.readAllBytes(whole));
        assertThat(pieces).content(StandardCharsets.ISO_8859_1).contains("lora_A.weight");
    }
}
