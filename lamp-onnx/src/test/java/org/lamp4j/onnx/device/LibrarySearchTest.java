package org.lamp4j.onnx.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibrarySearchTest {

    @Test
    void test_fileInAFolder_isFound(@TempDir Path folder) throws IOException {
        Files.createFile(folder.resolve("libcudnn.so.9"));
        LibrarySearch search = new LibrarySearch(List.of(folder.resolve("none"), folder), "");

        assertThat(search).accepts("libcudnn.so.9").rejects("libcudnn.so", "libcudnn.so.8");
    }

    @Test
    void test_nameInTheLoadersCache_isFoundWhole() {
        LibrarySearch search = new LibrarySearch(List.of(), "libcublas.so.12\0/opt/cuda/libcublas.so.12\0/x/libm.so\n");

        assertThat(search).accepts("libcublas.so.12", "libm.so").rejects("libcublas.so.1", "cublas.so.12", "libx.so");
    }

    @Test
    void ofSystem_onLinux_findsTheCLibraryAndNothingThatIsNotThere() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "looks for a library of Linux");

        assertThat(LibrarySearch.ofSystem()).accepts("libc.so.6").rejects("libno-such-library.so.1");
    }
}
