package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFolderTest {

    @TempDir
    private Path folder;

    @Test
    void during_newFolder_isMadeMarkedAndTakenAgain() throws IOException {
        Path own = folder.resolve("a/b");

        assertThat(OwnFolder.<Integer>during(own, "studio", () -> 1)).isEqualTo(1);
        Files.writeString(own.resolve("clip.mp4"), "a clip");

        assertThat(OwnFolder.<Integer>during(own, "studio", () -> 2)).isEqualTo(2);
        assertThat(own.toFile().list()).containsExactlyInAnyOrder("clip.mp4", "lamp-studio.txt");
    }

    @Test
    void during_workFails_givesTheFolderBack() throws IOException {
        assertThatThrownBy(() -> OwnFolder.during(folder, "studio", () -> {
                    throw new IOException("of the work");
                }))
                .hasMessage("of the work");
        assertThat(OwnFolder.<Integer>during(folder, "studio", () -> 3)).isEqualTo(3);
    }

    @Test
    void take_folderOfAnotherProgram_isRefusedAndStaysAsItIs() throws IOException {
        OwnFolder.take(folder, "quickstart").close();

        assertThatIOException()
                .isThrownBy(() -> OwnFolder.take(folder, "studio"))
                .withMessage("expected a new or an empty folder, or one that lamp studio made, but was one that holds"
                        + " something else (" + folder + ")");
        assertThat(folder.toFile().list()).containsExactly("lamp-quickstart.txt");
    }

    @Test
    void take_whatAKilledStartLeft_isAsGoodAsEmpty() throws IOException {
        Files.writeString(folder.resolve(".lamp4j.lock"), "");
        Files.createDirectory(folder.resolve(".lamp4j-1-1-0.tmp"));

        OwnFolder.take(folder, "studio").close();

        assertThat(folder.resolve("lamp-studio.txt")).exists();
    }

    @Test
    void take_file_isRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("image.png"), "an image");

        assertThatIOException()
                .isThrownBy(() -> OwnFolder.take(file, "studio"))
                .withMessage("expected a folder for lamp studio, but was a file (" + file + ")");
    }
}
