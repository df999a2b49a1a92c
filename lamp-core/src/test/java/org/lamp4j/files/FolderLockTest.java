package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {

    private static final String EXPECTED = "a folder for us alone";

    @TempDir
    private Path folder;

    @Test
    void take_heldInThisProcess_isRefusedUntilItIsGivenBack() throws IOException {
        Path sameByAnotherName = Files.createSymbolicLink(folder.resolve("link"), folder);
        FolderLock lock = FolderLock.take(folder, EXPECTED);

        for (Path name : new Path[] {folder, sameByAnotherName}) {
            assertThatThrownBy(() -> FolderLock.take(name, EXPECTED))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("expected a folder for us alone, but pid "
                            + ProcessHandle.current().pid()
                            + " on host \\S+ has been using it since \\d{4}-\\d\\d-\\d\\dT\\S+Z \\(.*\\)");
        }

        lock.close();
        lock.close();
        FolderLock.take(folder, EXPECTED).close();
        assertThat(folder.toFile().list()).containsExactly("link");
    }

    @Test
    void take_heldByAnotherProcess_isRefusedWithItsNumberUntilThatEnds() throws Exception {
        try (OtherProcess other = OtherProcess.holding("lock", folder)) {
            for (int attempt = 0; attempt < 2; attempt++) { // asking must not end the other's lock
                assertThatThrownBy(() -> FolderLock.take(folder, EXPECTED))
                        .hasMessageStartingWith("expected a folder for us alone, but pid " + other.pid() + " on host ")
                        .hasMessageContaining(" has been using it since ")
                        .hasMessageEndingWith(" (" + folder + ")");
            }
        }
        FolderLock.take(folder, EXPECTED).close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void take_heldByAProcessThatWasKilled_isTaken() throws Exception {
        try (OtherProcess other = OtherProcess.holding("lock", folder)) {
            other.kill();
        }
        assertThat(folder).isNotEmptyDirectory();

        FolderLock.take(folder, EXPECTED).close();

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void take_heldHere_keepsOtherProcessesOutAfterARefusalHere() throws Exception {
        FolderLock lock = FolderLock.take(folder, EXPECTED);
        assertThatThrownBy(() -> FolderLock.take(folder, EXPECTED)).isInstanceOf(IOException.class);

        assertThatThrownBy(() -> OtherProcess.holding("lock", folder)).isInstanceOf(AssertionError.class);

        lock.close();
    }

    @Test
    void take_lockFileWithOtherContent_saysNothingOfIt() throws Exception {
        try (OtherProcess other = OtherProcess.holding("lock", folder)) {
            assertThat(other.pid()).isPositive();
            Files.writeString(folder.resolve(".lamp4j.lock"), "pid 1 on host \u001b[2J since ever");

            assertThatThrownBy(() -> FolderLock.take(folder, EXPECTED))
                    .hasMessage("expected a folder for us alone, but another process is using it (" + folder + ")");
        }
    }

    @Test
    void take_interruptedThread_takesItAndStaysInterrupted() throws IOException {
        Thread.currentThread().interrupt();
        FolderLock lock = FolderLock.take(folder, EXPECTED);
        lock.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(folder).isEmptyDirectory();
    }
}
