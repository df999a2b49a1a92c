package org.lamp4j.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir
    Path folder;

    @Test
    void write_largerThanAChunk_isWrittenInOrder() throws IOException {
        Path file = folder.resolve("bytes");
        ByteBuffer bytes = ByteBuffer.allocateDirect(1_000_003);
        for (int index = 0; index < bytes.limit(); index++) {
            bytes.put(index, (byte) ((index * 31) >> 3));
        }
        AtomicFile.write(file, output -> {
            output.write(bytes.duplicate());
            assertThat(output.position()).isEqualTo(1_000_003);
        });
        assertThat(ByteBuffer.wrap(Files.readAllBytes(file))).isEqualTo(bytes);
    }

    @Test
    void write_diskIsFullMidway_leavesTheOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("m.safetensors"), "old");
        assertThatThrownBy(() -> AtomicFile.write(file, output -> {
                    output.write(new byte[100_000]);
                    throw new IOException("No space left on device");
                }))
                .hasMessage("No space left on device");
        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void write_rootOfTheFileSystem_isRefused() {
        Path root = folder.toAbsolutePath().getRoot();

        assertThatThrownBy(() -> AtomicFile.write(root, output -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a file to write to, but was a folder (" + root + ")");
    }

    @Test
    void write_folderInItsPlace_isRefused() throws IOException {
        Path taken = Files.createDirectory(folder.resolve("m.bin"));
        assertThatThrownBy(() -> AtomicFile.write(taken, output -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a file to write to, but was a folder (" + taken + ")");
        assertThat(folder).isDirectoryContaining(path -> path.equals(taken));
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void write_nameThatIsTooLong_saysSo() {
        Path file = folder.resolve("m".repeat(300));
        assertThatThrownBy(() -> AtomicFile.write(file, output -> {}))
                .hasMessage("expected a file that can be written, but was: File name too long (" + file + ")");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void write_directoryThatMayNotBeWritten_saysSo() throws IOException {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        assumeTrue(locked.toFile().setWritable(false) && !Files.isWritable(locked), "this user may write anywhere");
        assertThatThrownBy(() -> AtomicFile.write(locked.resolve("m.bin"), output -> {}))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage(locked + ": expected a folder that may be written to, for m.bin");
        assertThat(locked).isEmptyDirectory();
    }

    @Test
    void write_whileContentIsWritten_oldFileIsStillThereAndTheNewOneHidden() throws IOException {
        Path file = Files.writeString(folder.resolve("m.bin"), "old");

        AtomicFile.write(file, output -> {
            output.write(new byte[] {'n', 'e', 'w'});
            assertThat(file).hasContent("old");
            assertThat(folder.toFile().list())
                    .hasSize(2)
                    .allMatch(name -> name.equals("m.bin") || name.matches("\\.lamp4j-\\d+-\\d+-\\d+\\.tmp"));
        });

        assertThat(file).hasContent("new");
        assertThat(folder.toFile().list()).containsExactly("m.bin");
    }

    @Test
    void writeNamed_contentFailsHalfWay_leavesTheOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("clip.mp4"), "old");

        assertThatThrownBy(() -> AtomicFile.writeNamed(file, temporary -> {
                    assertThat(temporary).hasFileName("clip.mp4").doesNotExist();
                    Files.writeString(temporary, "half");
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");

        assertThat(file).hasContent("old");
        assertThat(folder.toFile().list()).containsExactly("clip.mp4");
    }

    @Test
    void writeNamed_interruptedThread_writesAndStaysInterrupted() throws IOException {
        Path file = folder.resolve("m.bin");
        Thread.currentThread().interrupt();
        AtomicFile.write(file, "text");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(file).hasContent("text");
        assertThat(folder.toFile().list()).containsExactly("m.bin");
    }

    @Test
    void write_nameOf255Letters_isWritten() throws IOException {
        Path file = folder.resolve("m".repeat(255));
        AtomicFile.write(file, "text");
        assertThat(file).hasContent("text");
    }

    @Test
    void write_device_isRefusedInsteadOfReplaced() {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.exists(device), "a system with /dev/null");
        Path link = folder.resolve("out");
        assertThatThrownBy(() -> AtomicFile.write(Files.createSymbolicLink(link, device), "text"))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a file to write to, but was a special file (" + link + ")");
        assertThat(link).isSymbolicLink();
    }

    @Test
    void write_symbolicLinkInItsPlace_replacesTheLinkAndNotWhatItLeadsTo() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);

        AtomicFile.write(link, "new");

        assertThat(link).isRegularFile().hasContent("new");
        assertThat(Files.isSymbolicLink(link)).isFalse();
        assertThat(target).hasContent("old");
    }

    @Test
    void write_permissions_areThoseOfTheFileItReplacesOrOfAnyNewFile() throws IOException {
        assumeTrue(Files.getFileAttributeView(folder, PosixFileAttributeView.class) != null, "a POSIX file system");
        Path secret = Files.writeString(folder.resolve("secret"), "old");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Path plain = Files.createFile(folder.resolve("plain"));

        AtomicFile.write(secret, "new");
        AtomicFile.write(folder.resolve("m.bin"), "new");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-------");
        assertThat(Files.getPosixFilePermissions(folder.resolve("m.bin")))
                .isEqualTo(Files.getPosixFilePermissions(plain));
    }
}
