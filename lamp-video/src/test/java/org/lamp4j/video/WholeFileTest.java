package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

    @TempDir
    private Path folder;

    @Test
    void write_contentFailsHalfWay_leavesOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("clip.mp4"), "old");

        assertThatIOException()
                .isThrownBy(() -> WholeFile.write(file, temporary -> {
                    Files.writeString(temporary, "half");
                    throw new IOException("disk full");
                }))
                .withMessage("disk full");

        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryContaining(file::equals).isDirectoryNotContaining(other -> !other.equals(file));
    }

    @Test
    void write_whileContentIsWritten_oldFileIsStillThere() throws IOException {
        Path file = Files.writeString(folder.resolve("clip.mp4"), "old");

        WholeFile.write(file, temporary -> {
            Files.writeString(temporary, "new");
            assertThat(file).hasContent("old");
            assertThat(temporary).hasParent(folder);
        });

        assertThat(file).hasContent("new");
        assertThat(folder).isDirectoryNotContaining(other -> !other.equals(file));
    }

    @Test
    void write_placeIsTakenByFolder_failsAndLeavesIt() throws IOException {
        Path inside = Files.createDirectories(folder.resolve("clip.mp4/inside"));

        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() ->
                        WholeFile.write(folder.resolve("clip.mp4"), temporary -> Files.writeString(temporary, "new")));

        assertThat(inside).isDirectory();
        assertThat(folder).isDirectoryNotContaining(other -> !other.endsWith("clip.mp4"));
    }
}
