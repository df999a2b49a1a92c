package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.errors.ModelFormatException;

/** No file leaves anything behind in its reader that the next one meets. */
class SymbolTableTest {

    private static final int NAMES = 1 << 16;
    private static final int KEYS = 1 << 18;

    /** Jackson's tables forget at times what they hold, so once is not enough. */
    private static final int ROUNDS = 3;

    @TempDir
    Path folder;

    private Path honest;

    @BeforeEach
    void writeAnHonestFile() throws IOException {
        List<String> names = IntStream.range(0, 3000)
                .mapToObj(index -> "up_blocks." + index % 4 + ".resnets." + index / 4 + ".conv1.weight")
                .toList();
        honest = TestFiles.safetensors(folder.resolve("honest.safetensors"), CraftedHeaders.tensors(names, 1), 0);
    }

    @Test
    void open_afterTensorsOfOneHash_readsAnHonestFile() throws IOException {
        String header = CraftedHeaders.tensors(CraftedHeaders.collidingNames(NAMES), 1);
        Path crafted = TestFiles.safetensors(folder.resolve("crafted.safetensors"), header, 0);
        for (int round = 0; round < ROUNDS; round++) {
            try (Checkpoint checkpoint = Checkpoint.open(crafted)) {
                assertThat(checkpoint.names()).hasSize(NAMES);
            }
            TestFiles.readAll(honest);
        }
    }

    @Test
    void open_afterNotesOfOneHash_readsAnHonestFile() throws IOException {
        String header = CraftedHeaders.notes(CraftedHeaders.collidingNames(KEYS));
        Path crafted = TestFiles.safetensors(folder.resolve("crafted.safetensors"), header, 0);
        for (int round = 0; round < ROUNDS; round++) {
            assertThatThrownBy(() -> Checkpoint.open(crafted))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessage("expected at most 65536 notes in __metadata__, but was more (" + crafted + ")");
            TestFiles.readAll(honest);
        }
    }
}
