package org.lamp4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoFilesTest {

    @TempDir
    private Path folder;

    @Test
    void hash_pipeAmongFrames_isNotWaitedFor() throws Exception {
        Path pipe = folder.resolve("frame1.png");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "this system has no mkfifo");
        new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor();

        assertTimeoutPreemptively(
                Duration.ofMinutes(2),
                () -> assertThatIOException()
                        .isThrownBy(() -> VideoFiles.hash(folder))
                        .withMessage("expected a file, but was a pipe (" + pipe + ")"));
    }

    @Test
    void hash_folderAmongFrames_isPassedOver() throws IOException {
        Files.write(folder.resolve("frame1.png"), new byte[] {1, 2, 3});
        String alone = VideoFiles.hash(folder);

        Files.createDirectories(folder.resolve("masks"));
        Files.write(folder.resolve("masks").resolve("frame1.png"), new byte[] {4});

        assertThat(VideoFiles.hash(folder)).isEqualTo(alone);
    }
}
