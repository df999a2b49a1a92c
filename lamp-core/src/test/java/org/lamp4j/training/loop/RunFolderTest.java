package org.lamp4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.training.TrainingOptions;

class RunFolderTest {

    private static final String RUN = "0123abcd";
    private static final String OLD = "step-00000500-loss-0.070000-run-0123abcd.safetensors";
    private static final String BEST = "step-00001000-loss-0.060000-run-0123abcd.safetensors";
    private static final String NEW = "step-100000000-loss-0.065000-run-0123abcd.safetensors";
    private static final String OF_ANOTHER = "step-00000400-loss-0.090000-run-ffffffff.safetensors";
    private static final String WITHOUT_RUN = "step-00000400-loss-0.090000.safetensors";

    @TempDir
    private Path path;

    private void fill(String... names) throws IOException {
        for (String name : names) {
            Files.createFile(path.resolve(name));
        }
    }

    private static RunFolder take(Path folder) throws IOException {
        return RunFolder.take(TrainingOptions.newBuilder()
                .checkpoint(folder)
                .checkpointEvery(1)
                .keepCheckpoints(1)
                .build());
    }

    @Test
    void take_missingFolder_isMade() throws IOException {
        try (RunFolder folder = take(path.resolve("a/b"))) {
            folder.begin(Map.of(), 0);
        }

        assertThat(path.resolve("a/b")).isEmptyDirectory();
    }

    @Test
    void close_runThatDidNotBegin_leavesNoFolder() throws IOException {
        take(path.resolve("a/b")).close();

        assertThat(path).isEmptyDirectory();
    }

    @Test
    void take_whileAnotherRunHasIt_isRefusedWithItsHolder() throws IOException {
        try (RunFolder first = take(path)) {
            assertThat(first.everySteps()).isEqualTo(1);
            assertThatThrownBy(() -> take(path))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("expected a checkpoint folder that no other training uses, but pid "
                            + ProcessHandle.current().pid() + " on host \\S+ has been using it since \\S+Z \\(.*\\)");
        }
        take(path).close();
    }

    @Test
    void file_stepLossAndRun_areInItsNameAndReadFromIt() throws IOException {
        try (RunFolder folder = take(path)) {
            folder.begin(Map.of(RunFolder.RUN, RUN), 0);

            assertThat(folder.file(500, OptionalDouble.of(0.0700000001))).hasFileName(OLD);
            assertThat(folder.file(2000, OptionalDouble.empty())).hasFileName("step-00002000-run-0123abcd.safetensors");
        }
    }

    @Test
    void begin_newRun_drawsDigitsOfItsOwn() throws IOException {
        String first;
        try (RunFolder folder = take(path)) {
            folder.begin(Map.of(), 0);
            first = folder.run();
        }
        try (RunFolder folder = take(path)) {
            folder.begin(Map.of(RunFolder.RUN, "../../etc"), 0);
            assertThat(folder.run()).matches("[0-9a-f]{8}").isNotEqualTo(first);
        }
    }

    @Test
    void begin_laterCheckpoint_isRefused() throws IOException {
        fill(OLD, BEST);

        try (RunFolder folder = take(path)) {
            assertThatThrownBy(() -> folder.begin(Map.of(RunFolder.RUN, RUN), 999))
                    .isInstanceOf(IOException.class)
                    .hasMessage("expected no checkpoint beyond step 999, which training goes on from, but was " + BEST
                            + "; resume from it or choose another folder (" + path + ")");
        }
    }

    @Test
    void begin_checkpointOfAnotherRun_isRefused() throws IOException {
        fill(OF_ANOTHER);

        try (RunFolder folder = take(path)) {
            assertThatThrownBy(() -> folder.begin(Map.of(RunFolder.RUN, RUN), 500))
                    .isInstanceOf(IOException.class)
                    .hasMessage("expected no checkpoint of another run, but was " + OF_ANOTHER
                            + "; resume from it or choose another folder (" + path + ")");
        }
        assertThat(path.toFile().list()).containsExactly(OF_ANOTHER);
    }

    @Test
    void prune_newestIsTheBest_keepsNoOther() throws IOException {
        fill(OLD, BEST);

        prune();

        assertThat(path.toFile().list()).containsExactly(BEST);
    }

    @Test
    void prune_bestIsOld_keepsItToo() throws IOException {
        fill(OLD, BEST, NEW, "pattern.safetensors");

        prune();

        assertThat(path.toFile().list()).containsExactlyInAnyOrder(BEST, NEW, "pattern.safetensors");
    }

    /** One that appears while a run has the folder, as a copy made by hand would. */
    @Test
    void prune_checkpointsOfOthers_stay() throws IOException {
        fill(WITHOUT_RUN, OLD, BEST, NEW);
        try (RunFolder folder = take(path)) {
            folder.begin(Map.of(RunFolder.RUN, RUN), 100_000_000);
            fill(OF_ANOTHER);
            folder.prune();
        }

        assertThat(path.toFile().list()).containsExactlyInAnyOrder(WITHOUT_RUN, OF_ANOTHER, BEST, NEW);
    }

    private void prune() throws IOException {
        try (RunFolder folder = take(path)) {
            folder.begin(Map.of(RunFolder.RUN, RUN), 100_000_000);
            folder.prune();
        }
    }
}
