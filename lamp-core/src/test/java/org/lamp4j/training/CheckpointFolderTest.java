package org.lamp4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFolderTest {

    private static final String OLD = "step-00000500-loss-0.070000.safetensors";
    private static final String BEST = "step-00001000-loss-0.060000.safetensors";
    private static final String NEW = "step-100000000-loss-0.065000.safetensors";

    @TempDir
    private Path path;

    private CheckpointFolder folder;

    @BeforeEach
    void name() {
        folder = CheckpointFolder.of(path);
    }

    private void fill(String... names) throws IOException {
        for (String name : names) {
            Files.createFile(path.resolve(name));
        }
    }

    @Test
    void newest_nameWithARun_isACheckpointToo() throws IOException {
        fill(OLD, "step-00000501-run-0123abcd.safetensors", "step-00000502-run-0123ABCD.safetensors");

        assertThat(folder.newest()).contains(path.resolve("step-00000501-run-0123abcd.safetensors"));
    }

    @Test
    void newest_severalCheckpoints_isTheOneAfterMostSteps() throws IOException {
        fill(OLD, NEW, BEST);

        assertThat(folder.newest()).contains(path.resolve(NEW));
    }

    @Test
    void best_severalCheckpoints_isTheOneWithTheLowestLoss() throws IOException {
        fill(OLD, NEW, BEST);

        assertThat(folder.best()).contains(path.resolve(BEST));
    }

    @Test
    void best_equalLosses_isTheNewer() throws IOException {
        fill("step-00000001-loss-0.060000.safetensors", BEST);

        assertThat(folder.best()).contains(path.resolve(BEST));
    }

    @Test
    void best_lossNotMeasured_isWorseThanAny() throws IOException {
        Path unmeasured = Files.createFile(path.resolve("step-00002000.safetensors"));

        assertThat(folder.best()).contains(unmeasured);
        assertThat(folder.newest()).contains(unmeasured);

        fill(OLD);

        assertThat(folder.best()).contains(path.resolve(OLD));
        assertThat(folder.newest()).contains(unmeasured);
    }

    @Test
    void newest_otherFiles_areNotTakenForCheckpoints() throws IOException {
        fill(
                "." + OLD + ".1b4e28ba-2fa1-11d2-883f-0016d3cca427.tmp",
                OLD + ".tmp",
                "copy of " + OLD,
                "step-500-loss-0.07.safetensors",
                "pattern.safetensors");
        Files.createDirectory(path.resolve(NEW));

        assertThat(folder.newest()).isEmpty();
        assertThat(folder.best()).isEmpty();
    }

    @Test
    void newest_missingFolder_isNamed() {
        CheckpointFolder missing = CheckpointFolder.of(path.resolve("missing"));

        assertThatThrownBy(missing::newest)
                .isInstanceOf(IOException.class)
                .hasMessage("expected a folder of checkpoints, but there is none at " + path.resolve("missing"));
    }
}
