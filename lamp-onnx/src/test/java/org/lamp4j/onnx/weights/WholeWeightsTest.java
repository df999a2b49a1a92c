package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.tensor.Shape;

/** Files of weights are there whole or not at all. */
class WholeWeightsTest {

    @TempDir
    Path folder;

    /** A tensor whose data cannot be had, as on a disk that fails. */
    private StoredTensor broken() {
        return StoredTensor.in(folder, "broken", Shape.of(1), StoredType.F32, () -> {
            throw new IllegalStateException("unreadable");
        });
    }

    @Test
    void write_failureMidway_leavesTheOldFileAndNothingElse() throws IOException {
        StoredTensor good = StoredTensor.of("good", Shape.of(1), TestFiles.direct(1));
        Path safetensors = Files.writeString(folder.resolve("m.safetensors"), "old");
        Path torch = Files.writeString(folder.resolve("m.bin"), "old");
        assertThatThrownBy(() -> SafetensorsWriter.write(safetensors, List.of(good, broken()), Map.of()))
                .hasMessage("unreadable");
        assertThatThrownBy(() -> TorchWriter.write(torch, List.of(good, broken())))
                .hasMessage("unreadable");
        assertThat(safetensors).hasContent("old");
        assertThat(torch).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void write_ontoADirectory_failsAndLeavesNothing() throws IOException {
        Path taken = Files.createDirectories(folder.resolve("m.bin/inner")).getParent();
        assertThatThrownBy(() -> TorchWriter.write(taken, List.of())).isInstanceOf(IOException.class);
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void write_withoutFolder_saysSo() {
        Path file = folder.resolve("none/m.bin");
        assertThatThrownBy(() -> TorchWriter.write(file, List.of()))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessage("expected a folder to write m.bin to, but was none (" + file.getParent() + ")");
    }

    @Test
    void write_interruptedThread_writesAndStaysInterrupted() throws IOException {
        Path file = folder.resolve("m.safetensors");
        Thread.currentThread().interrupt();
        SafetensorsWriter.write(file, List.of(StoredTensor.of("w", Shape.of(1), TestFiles.direct(4))), Map.of());
        assertThat(Thread.interrupted()).isTrue();
        assertThat(TestFiles.floats(Checkpoint.open(file).tensor("w"))).containsExactly(4);
    }
}
