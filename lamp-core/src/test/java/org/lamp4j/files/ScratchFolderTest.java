package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchFolderTest {

    @TempDir
    private Path folder;

    private String[] names() {
        return folder.toFile().list();
    }

    @Test
    void close_withContent_removesAll() throws IOException {
        try (ScratchFolder scratch = ScratchFolder.in(folder)) {
            Files.createDirectories(scratch.path().resolve("a/b"));
            Files.writeString(scratch.path().resolve("a/c"), "c");
            assertThat(names()).hasSize(1);
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void in_whatAKilledProcessLeft_isRemoved() throws Exception {
        try (OtherProcess other = OtherProcess.holding("scratch", folder)) {
            other.kill();
        }
        assertThat(names()).hasSize(1);

        AtomicFile.write(folder.resolve("file"), "text");

        assertThat(names()).containsExactly("file");
    }

    @Test
    void in_whatALivingProcessWrites_stays() throws Exception {
        try (OtherProcess other = OtherProcess.holding("file", folder)) {
            assertThat(other.pid()).isPositive();
            AtomicFile.write(folder.resolve("ours"), "text");
            ScratchFolder.sweep(folder);
            assertThat(names()).hasSize(2).contains("ours");
        }
        assertThat(folder.resolve("file")).hasBinaryContent(new byte[] {1, 2});
        assertThat(names()).containsExactlyInAnyOrder("ours", "file");
    }

    @Test
    void in_whatThisProcessWrites_stays() throws IOException {
        try (ScratchFolder first = ScratchFolder.in(folder);
                ScratchFolder second = ScratchFolder.in(folder)) {
            ScratchFolder.sweep(folder);
            assertThat(first.path()).isDirectory().isNotEqualTo(second.path());
            assertThat(second.path()).isDirectory();
        }
    }

    /** A process that was killed before it had its lock, or while it tidied up. */
    @Test
    void in_emptyFolderWithoutLock_isRemovedAndOneWithContentIsNot() throws IOException {
        Files.createDirectory(folder.resolve(".lamp4j-1-2-3.tmp"));
        Files.createDirectories(folder.resolve(".lamp4j-1-2-4.tmp/content"));

        ScratchFolder.sweep(folder);

        assertThat(names()).containsExactly(".lamp4j-1-2-4.tmp");
    }

    @Test
    void in_otherNamesAndLinks_areNotTouched() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createFile(elsewhere.resolve(".lamp4j-in-use"));
        Files.createSymbolicLink(folder.resolve(".lamp4j-1-2-3.tmp"), elsewhere);
        for (String name : List.of(".lamp4j-backup.tmp", ".other.tmp", ".lamp4j-1-2-4.tmp")) {
            Files.createFile(folder.resolve(name));
        }

        ScratchFolder.sweep(folder);

        assertThat(names()).hasSize(5);
        assertThat(elsewhere.resolve(".lamp4j-in-use")).exists();
    }

    @Test
    void in_manyThreads_eachHasItsOwn() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Callable<String>> writers = IntStream.range(0, 40)
                .<Callable<String>>mapToObj(index -> () -> {
                    Path file = folder.resolve("file" + index % 4);
                    AtomicFile.write(file, "x".repeat(1000));
                    return Files.readString(file);
                })
                .toList();
        try {
            for (Future<String> read : threads.invokeAll(writers)) {
                assertThat(read.get()).hasSize(1000);
            }
        } finally {
            threads.shutdown();
        }
        assertThat(names()).containsExactlyInAnyOrder("file0", "file1", "file2", "file3");
    }
}
