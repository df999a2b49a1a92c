package org.lamp4j.examples.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;

class StageTest {

    @TempDir
    private Path folder;

    private TinyStage tiny;

    @BeforeEach
    void train() throws IOException {
        tiny = new TinyStage(folder);
        tiny.run(2);
    }

    @AfterEach
    void close() {
        tiny.close();
    }

    /** Writes the state again with another step. */
    private void setStep(String step) throws IOException {
        Path other = folder.resolve("other");
        try (Checkpoint state = Checkpoint.open(tiny.stateFile())) {
            List<StoredTensor> tensors =
                    state.names().stream().map(state::tensor).toList();
            SafetensorsWriter.write(other, tensors, Map.of("step", step));
        }
        Files.move(other, tiny.stateFile(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void open_afterTheLastStep_isDone() throws IOException {
        assertThat(tiny.open().isDone()).isFalse();

        tiny.run(TinyStage.STEPS);

        assertThat(tiny.open().isDone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "4", "99999999999", "two"})
    void open_stepOutOfRange_isRefused(String step) throws IOException {
        setStep(step);

        assertThatIOException()
                .isThrownBy(tiny::open)
                .withMessage(
                        "expected the state of the same recipe, but was another: expected a step of 0 to 3, but was "
                                + step + " (" + tiny.stateFile() + "); remove it to begin anew");
    }
}
