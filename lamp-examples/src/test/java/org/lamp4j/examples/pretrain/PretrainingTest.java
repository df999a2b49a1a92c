package org.lamp4j.examples.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.Device;
import org.lamp4j.files.FolderLock;
import org.lamp4j.progress.ProgressListener;

class PretrainingTest {

    @TempDir
    private Path folder;

    @Test
    void run_whileAnotherHasTheFolder_isRefused() throws IOException {
        Pretraining pretraining = new Pretraining(folder, Recipe.embedded(), Device.cpu());
        String message =
                "expected a folder that no other pre-training uses, but pid \\d+ on host \\S+ has been using it since"
                        + " \\S+ \\(.*\\)";

        FolderLock.during(folder, "a folder", () -> {
            assertThatIOException()
                    .isThrownBy(() -> pretraining.run(Duration.ZERO, ProgressListener.none()))
                    .withMessageMatching(message);
            return true;
        });

        assertThat(folder).isEmptyDirectory();
    }
}
