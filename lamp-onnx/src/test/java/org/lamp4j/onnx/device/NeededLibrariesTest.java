package org.lamp4j.onnx.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeededLibrariesTest {

    @TempDir
    private Path folder;

    @Test
    void of_aLibraryOfThisJava_areThoseOfItsLoader() {
        Path library = Path.of(System.getProperty("java.home"), "lib", "libjava.so");
        assumeTrue(Files.exists(library) && System.getProperty("os.arch").equals("amd64"), "reads one of Linux");

        assertThat(NeededLibraries.of(library)).contains("libjvm.so", "libc.so.6");
    }

    @Test
    void of_namesAndNothingElse_areTheseInTheirOrder() throws IOException {
        Path library = ProviderFile.write(folder.resolve("x.so"), "libb.so.2", "liba.so.1");

        assertThat(NeededLibraries.of(library)).containsExactly("libb.so.2", "liba.so.1");
    }

    @Test
    void of_libraryThatIsCutOffAnywhere_areAllOrNone() throws IOException {
        byte[] whole = Files.readAllBytes(ProviderFile.write(folder.resolve("x.so"), "libb.so.2", "liba.so.1"));
        for (int length = 0; length < whole.length; length++) {
            Path part = Files.write(folder.resolve("part.so"), Arrays.copyOf(whole, length));

            assertThat(NeededLibraries.of(part)).isIn(List.of(), List.of("libb.so.2", "liba.so.1"));
        }
    }

    @Test
    void of_anythingElse_areNone() throws IOException {
        assertThat(NeededLibraries.of(folder.resolve("none"))).isEmpty();
        assertThat(NeededLibraries.of(folder)).isEmpty();
        assertThat(NeededLibraries.of(Files.writeString(folder.resolve("text"), "x".repeat(1000))))
                .isEmpty();
    }
}
