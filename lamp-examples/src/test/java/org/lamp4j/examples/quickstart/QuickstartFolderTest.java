package org.lamp4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.files.FolderLock;
import org.lamp4j.progress.Decision;

class QuickstartFolderTest {

    @TempDir
    private Path folder;

    @Test
    void run_whileAnotherHasTheFolder_isRefused() throws IOException {
        Quickstart quickstart = new Quickstart(folder, new Quickstart.Subject(Motion.GROW, Look.DRAWN, 0));
        String message =
                "expected a folder that no other quickstart uses, but pid \\d+ on host \\S+ has been using it since"
                        + " \\S+ \\(.*\\)";

        FolderLock.during(folder, "a folder", () -> {
            assertThatIOException()
                    .isThrownBy(() -> quickstart.run(progress -> Decision.STOP, progress -> Decision.STOP))
                    .withMessageMatching(message);
            return true;
        });

        assertThat(folder).isEmptyDirectory();
    }
}
