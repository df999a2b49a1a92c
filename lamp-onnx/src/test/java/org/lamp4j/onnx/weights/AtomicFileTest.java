package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.tensor.Shape;

class AtomicFileTest {

    @TempDir
    Path directory;

    /** A tensor whose data cannot be had, as on a disk that fails. */
    private StoredTensor broken() {
        return StoredTensor.in(directory, "broken", Shape.of(1), StoredType.F32, () -> {
            throw new IllegalStateException("unreadable");
        });
    }

    @Test
    void write_failureMidway_leavesTheOldFileAndNothingElse() throws IOException {
        StoredTensor good = StoredTensor.of("good", Shape.of(1), TestFiles.direct(1));
        Path safetensors = Files.writeString(directory.resolve("m.safetensors"), "old");
        Path torch = Files.writeString(directory.resolve("m.bin"), "old");
        assertThatThrownBy(() -> SafetensorsWriter.write(safetensors, List.of(good, broken()), Map.of()))
                .hasMessage("unreadable");
        assertThatThrownBy(() -> TorchWriter.write(torch, List.of(good, broken())))
                .hasMessage("unreadable");
        assertThat(safetensors).hasContent("old");
        assertThat(torch).hasContent("old");
        assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void write_ontoADirectory_failsAndLeavesNothing() throws IOException {
        Path taken = Files.createDirectories(directory.resolve("m.bin/inner")).getParent();
        assertThatThrownBy(() -> TorchWriter.write(taken, List.of())).isInstanceOf(IOException.class);
        assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void write_withoutDirectory_saysSo() {
        Path file = directory.resolve("none/m.bin");
        assertThatThrownBy(() -> TorchWriter.write(file, List.of()))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("expected a directory to write m.bin to, but was none (" + file.getParent() + ")");
    }

    @Test
    void write_interruptedThread_writesAndStaysInterrupted() throws IOException {
        Path file = directory.resolve("m.safetensors");
        Thread.currentThread().interrupt();
        SafetensorsWriter.write(file, List.of(StoredTensor.of("w", Shape.of(1), TestFiles.direct(4))), Map.of());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(TestFiles.floats(Checkpoint.open(file).tensor("w"))).containsExactly(4);
    }

    @Test
    void write_largerThanAChunk_isWrittenInOrder() throws IOException {
        Path file = directory.resolve("bytes");
        ByteBuffer bytes = ByteBuffer.allocateDirect(1_000_003);
        for (int index = 0; index < bytes.limit(); index++) {
            bytes.put(index, (byte) (index * 31 >> 3));
        }
        AtomicFile.write(file, output -> {
            output.write(bytes.duplicate());
            assertThat(output.position()).isEqualTo(1_000_003);
        });
        assertThat(ByteBuffer.wrap(Files.readAllBytes(file))).isEqualTo(bytes);
    }

    @Test
    void write_diskIsFullMidway_leavesTheOldFileAndNothingElse() throws IOException {
        Path file = Files.writeString(directory.resolve("m.safetensors"), "old");
        assertThatThrownBy(() -> AtomicFile.write(file, output -> {
                    output.write(new byte[100_000]);
                    throw new IOException("No space left on device");
                }))
                .hasMessage("No space left on device");
        assertThat(file).hasContent("old");
        assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void write_folderInItsPlace_isRefused() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("m.bin"));
        assertThatThrownBy(() -> AtomicFile.write(folder, output -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("expected a file to write to, but was a folder (" + folder + ")");
        assertThat(directory).isDirectoryContaining(path -> path.equals(folder));
        assertThat(directory).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void write_nameThatIsTooLong_saysSo() {
        Path file = directory.resolve("m".repeat(250));
        assertThatThrownBy(() -> AtomicFile.write(file, output -> {}))
                .hasMessage("expected a file that can be written, but was: File name too long (" + file + ")");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void write_directoryThatMayNotBeWritten_saysSo() throws IOException {
        Path locked = Files.createDirectory(directory.resolve("locked"));
        assumeTrue(locked.toFile().setWritable(false) && !Files.isWritable(locked), "this user may write anywhere");
        assertThatThrownBy(() -> AtomicFile.write(locked.resolve("m.bin"), output -> {}))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage(locked + ": expected a directory that may be written to, for m.bin");
        assertThat(locked).isEmptyDirectory();
    }
}
