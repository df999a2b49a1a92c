package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.testing.EmbeddedModel;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.training.TrainingOptionsBuilder;
import org.lamp4j.video.MediaWriter;

/** Writes to a file system that really is full; only a user who may mount one can. */
class FullDiskTest {

    private static final int DISK_KIBIBYTES = 48;
    private static final FrameSize SIZE = new FrameSize(64, 64);

    @TempDir
    private static Path folder;

    private static SmallDisk mounted;
    private static Path disk;

    @BeforeAll
    static void mount() throws Exception {
        mounted = SmallDisk.mount(Files.createDirectory(folder.resolve("disk")), DISK_KIBIBYTES);
        disk = mounted.path();
    }

    @AfterAll
    static void unmount() {
        if (mounted != null) {
            mounted.close();
        }
    }

    @BeforeEach
    void empty() throws IOException {
        mounted.empty();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(disk)) {
            return files.toList();
        }
    }

    /** Noise, which nothing compresses. */
    private static VideoClip noise() {
        Random random = new Random(1);
        return VideoClip.of(
                IntStream.range(0, 16)
                        .mapToObj(frame -> {
                            byte[] rgb = new byte[3 * SIZE.width() * SIZE.height()];
                            random.nextBytes(rgb);
                            return RgbImage.of(SIZE, rgb);
                        })
                        .toList(),
                8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip.mp4", "clip.webm", "clip.gif"})
    void writeClip_fullDisk_saysSoAndLeavesTheOldFile(String name) throws IOException {
        Path file = Files.writeString(disk.resolve(name), "old");

        assertThatIOException()
                .isThrownBy(() -> noise().write(file))
                .withMessage("expected a file that can be written, but was: No space left on device (" + file + ")");

        assertThat(files()).containsExactly(file);
        assertThat(file).hasContent("old");
    }

    @Test
    void writeFrames_fullDisk_saysSoAndLeavesNothing() throws IOException {
        assertThatIOException()
                .isThrownBy(() -> MediaWriter.newBuilder().build().writeFrames(noise(), disk))
                .withMessageMatching("expected a file that can be written, but was: No space left on device"
                        + " \\(.*frame\\d{4}\\.png\\)");

        assertThat(files()).isEmpty();
    }

    @Test
    void copyModel_fullDisk_saysSoAndLeavesNoPartOfAFile() throws IOException {
        Path weights = disk.resolve("model/unet/diffusion_pytorch_model.safetensors");

        assertThatIOException()
                .isThrownBy(() -> EmbeddedModel.copyTo(disk.resolve("model")))
                .withMessageMatching("expected a file that can be written, but was: No space left on device"
                        + " \\(.*\\.(safetensors|json|txt|md)\\)");

        assertThat(weights).doesNotExist();
        try (Stream<Path> all = Files.walk(disk)) {
            assertThat(all).noneMatch(path -> path.toString().endsWith(".tmp"));
        }
    }

    @Test
    void save_fullDisk_saysSoAndLeavesTheOldPattern() throws IOException {
        Path file = Files.writeString(disk.resolve("pattern.safetensors"), "old");
        try (Backbone backbone = SmallRuns.open(folder.resolve("model"))) {
            MotionPattern pattern = MotionPattern.untrained(backbone);

            assertThatIOException()
                    .isThrownBy(() -> pattern.save(file))
                    .withMessage(
                            "expected a file that can be written, but was: No space left on device (" + file + ")");
            assertThatIOException()
                    .isThrownBy(() -> pattern.saveVideoUNet(disk.resolve("unet")))
                    .withMessageMatching(
                            "expected a file that can be written, but was: No space left on device \\(.*\\)");
        }
        assertThat(file).hasContent("old");
        try (Stream<Path> all = Files.walk(disk)) {
            assertThat(all.filter(Files::isRegularFile)).containsExactly(file);
        }
    }

    @Test
    void train_diskIsFullAfterTwoCheckpoints_saysSoAndGoesOnFromTheSecond() throws Exception {
        Path whole = Files.createDirectory(folder.resolve("whole"));
        Path checkpoints = Files.createDirectory(folder.resolve("checkpoints"));
        try (Backbone backbone = SmallRuns.open(folder.resolve("model"))) {
            MotionPattern uninterrupted = train(backbone, gates(whole));
            long kibibytes = Files.size(CheckpointFolder.of(whole).newest().orElseThrow()) / 1024;
            try (SmallDisk small = SmallDisk.mount(checkpoints, 5 * kibibytes / 2)) {
                assertThat(small.path()).isEmptyDirectory();
                assertThatIOException()
                        .isThrownBy(() -> train(backbone, gates(checkpoints)))
                        .withMessageMatching("expected a file that can be written, but was: No space left on device"
                                + " \\(.*step-00000003-loss-.*\\.safetensors\\)");

                try (Stream<Path> files = Files.list(checkpoints)) {
                    assertThat(files.map(file -> file.getFileName().toString()).sorted())
                            .hasSize(2)
                            .satisfies(names -> assertThat(names.get(0)).startsWith("step-00000001-loss-"))
                            .satisfies(names -> assertThat(names.get(1)).startsWith("step-00000002-loss-"));
                }
                MotionPattern resumed =
                        train(backbone, gates(whole.resolve("rest")).resume(checkpoints));
                resumed.save(folder.resolve("resumed.safetensors"));
                uninterrupted.save(folder.resolve("uninterrupted.safetensors"));
                assertThat(folder.resolve("resumed.safetensors"))
                        .hasSameBinaryContentAs(folder.resolve("uninterrupted.safetensors"));
            }
        }
    }

    @Test
    void train_fullDisk_saysThatTheCheckpointFolderCannotBeTaken() throws Exception {
        try (Backbone backbone = SmallRuns.open(folder.resolve("model"))) {
            mounted.fill();
            List<Path> before = files();

            assertThatIOException()
                    .isThrownBy(() -> train(backbone, gates(disk)))
                    .withMessageMatching("expected a folder that may be written to, but its lock cannot be made: "
                            + "No space left on device \\(" + disk + "/.*\\)");

            assertThat(files()).isEqualTo(before);
        }
    }

    /** Trains the gates only, which makes small checkpoints. */
    private static TrainingOptionsBuilder gates(Path checkpoints) {
        return SmallRuns.training(4)
                .trainableModules(List.of("conv_gate"))
                .checkpoint(checkpoints)
                .checkpointEvery(1)
                .keepCheckpoints(10);
    }

    private static MotionPattern train(Backbone backbone, TrainingOptionsBuilder options) throws IOException {
        return MotionPattern.train(backbone, SmallRuns.clips(), options.build());
    }
}
