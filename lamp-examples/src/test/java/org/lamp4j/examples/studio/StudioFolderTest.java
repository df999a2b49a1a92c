package org.lamp4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudioFolderTest {

    @TempDir
    private Path folder;

    @Test
    void open_folderOfSomethingElse_isRefusedAndStaysAsItIs() throws IOException {
        Path precious = Files.createDirectories(folder.resolve("incoming/sub")).resolve("precious.mp4");
        Files.writeString(precious, "a clip");

        assertThatIOException()
                .isThrownBy(() -> StudioFolder.open(folder))
                .withMessage("expected a new or an empty folder, or one that lamp studio made, but was one that"
                        + " holds something else (" + folder + ")");
        assertThat(precious).hasContent("a clip");
        assertThat(folder).isDirectoryNotContaining(file -> !file.endsWith("incoming"));
    }

    @Test
    void open_itsOwnFolder_opensAgainAndDropsWhatWasOnItsWayIn() throws IOException {
        Path begun;
        try (StudioFolder studio = StudioFolder.open(folder.resolve("new"))) {
            begun = Files.writeString(studio.incoming("mp4"), "half a clip");
        }

        try (StudioFolder studio = StudioFolder.open(folder.resolve("new"))) {
            assertThat(studio.path()).isDirectoryContaining("glob:**incoming");
            assertThat(begun).doesNotExist();
        }
    }
}
