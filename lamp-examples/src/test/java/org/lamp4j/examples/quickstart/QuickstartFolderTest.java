package org.lamp4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.files.OwnFolder;
import org.lamp4j.progress.Decision;

class QuickstartFolderTest {

    @TempDir
    private Path folder;

    @Test
    void run_whileAnotherHasTheFolder_isRefused() throws IOException {
        Quickstart quickstart = new Quickstart(folder, new Quickstart.Subject(Motion.GROW, Look.DRAWN, 0));
        String message =
                "expected a folder that no other lamp quickstart uses, but pid \\d+ on host \\S+ has been using it since"
                        + " \\S+ \\(.*\\)";

        OwnFolder.during(folder, "quickstart", () -> {
            assertThatIOException()
                    .isThrownBy(() -> quickstart.run(progress -> Decision.STOP, progress -> Decision.STOP))
                    .withMessageMatching(message);
            return true;
        });

        assertThat(folder.toFile().list()).containsExactly("lamp-quickstart.txt");
    }

    @Test
    void run_folderOfSomethingElse_isRefusedAndStaysAsItIs() throws IOException {
        Path theirs = Files.createDirectories(folder.resolve("model")).resolve("model_index.json");
        Files.writeString(theirs, "{}");

        assertThatIOException()
                .isThrownBy(() -> new Quickstart(folder, new Quickstart.Subject(Motion.GROW, Look.DRAWN, 0))
                        .run(progress -> Decision.STOP, progress -> Decision.STOP))
                .withMessage(
                        "expected a new or an empty folder, or one that lamp quickstart made, but was one that holds"
                                + " something else (" + folder + ")");
        assertThat(theirs).hasContent("{}");
        assertThat(folder.toFile().list()).containsExactly("model");
    }
}
