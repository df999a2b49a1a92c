package org.lamp4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
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
    void file_stepAndLoss_areInItsNameAndReadFromIt() throws IOException {
        Files.createFile(folder.file(500, OptionalDouble.of(0.0700000001)));

        assertThat(folder.newest()).contains(path.resolve(OLD));
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
        Path unmeasured = Files.createFile(folder.file(2000, OptionalDouble.empty()));

        assertThat(unmeasured).hasFileName("step-00002000.safetensors");
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

    @Test
    void prepare_missingFolder_isMade() throws IOException {
        CheckpointFolder.of(path.resolve("a/b")).prepare(0);

        assertThat(path.resolve("a/b")).isDirectory();
    }

    @Test
    void prepare_leftoverOfAKilledProcess_isDeleted() throws IOException {
        fill("." + NEW + ".1b4e28ba-2fa1-11d2-883f-0016d3cca427.tmp", ".other.tmp", BEST);

        folder.prepare(1000);

        assertThat(path.toFile().list()).containsExactlyInAnyOrder(".other.tmp", BEST);
    }

    @Test
    void prepare_laterCheckpoint_isRefused() throws IOException {
        fill(OLD, BEST);

        assertThatThrownBy(() -> folder.prepare(999))
                .isInstanceOf(IOException.class)
                .hasMessage("expected no checkpoint beyond step 999, which training goes on from, but was " + BEST
                        + "; resume from it or choose another folder (" + path + ")");
    }

    @Test
    void prune_newestIsTheBest_keepsNoOther() throws IOException {
        fill(OLD, BEST);

        folder.prune(1);

        assertThat(path.toFile().list()).containsExactly(BEST);
    }

    @Test
    void prune_bestIsOld_keepsItToo() throws IOException {
        fill(OLD, BEST, NEW, "pattern.safetensors");

        folder.prune(1);

        assertThat(path.toFile().list()).containsExactlyInAnyOrder(BEST, NEW, "pattern.safetensors");
    }
}
