package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.errors.ModelFormatException;

class ContentsTest {

    @Test
    void of_parserThatRunsOutOfItsArrays_isARefusalOfTheFile(@TempDir Path folder) throws IOException {
        Path file = TestFiles.safetensors(folder.resolve("model.safetensors"), "{}", 0);
        try (MappedFile mapped = MappedFile.open(file)) {
            Contents.Format broken = ignored -> {
                throw new ArrayIndexOutOfBoundsException("Index 3 out of bounds for length 3");
            };
            assertThatThrownBy(() -> Contents.of(mapped, broken))
                    .isInstanceOf(ModelFormatException.class)
                    .hasCauseInstanceOf(ArrayIndexOutOfBoundsException.class)
                    .hasMessage("expected a well-formed file of weights, but was broken:"
                            + " java.lang.ArrayIndexOutOfBoundsException: Index 3 out of bounds for length 3 (" + file
                            + ")");
        }
    }
}
