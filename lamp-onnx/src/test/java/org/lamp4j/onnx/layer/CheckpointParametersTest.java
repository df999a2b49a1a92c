package org.lamp4j.onnx.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.Shape;

class CheckpointParametersTest {

    @TempDir
    private Path folder;

    private final Graph graph = new Graph("test");
    private Checkpoint checkpoint;
    private CheckpointParameters parameters;

    @BeforeEach
    void open() throws IOException {
        Path file = folder.resolve("weights.safetensors");
        SafetensorsWriter.write(
                file,
                List.of(
                        tensor("linear.weight", StoredType.F32, 2, 3),
                        tensor("pointwise.weight", StoredType.F32, 2, 3, 1, 1),
                        tensor("half.weight", StoredType.F16, 4),
                        tensor("brain.weight", StoredType.BF16, 4),
                        tensor("numbers", StoredType.I64, 4)),
                Map.of());
        checkpoint = Checkpoint.open(file);
        parameters = new CheckpointParameters(checkpoint);
    }

    @AfterEach
    void close() {
        checkpoint.close();
    }

    @Test
    void declare_keepsTypeAndDataOfTheFile() {
        Value half = parameters.declare(graph, "half.weight", Shape.of(4));

        assertThat(half.name()).isEqualTo("half.weight");
        assertThat(half.elementType()).isEqualTo(ElementType.FLOAT16);
        assertThat(half.data().orElseThrow().isDirect()).isTrue();
        assertThat(half.data().orElseThrow())
                .isEqualTo(checkpoint.tensor("half.weight").data());
        assertThat(parameters.declare(graph, "brain.weight", Shape.of(4)).elementType())
                .isEqualTo(ElementType.BFLOAT16);
        assertThat(graph.weights()).hasSize(2);
    }

    @Test
    void declare_linearMapStoredAsPointwiseConvolution_isTakenAsAMatrix() {
        Value weight = parameters.declare(graph, "pointwise.weight", Shape.of(2, 3));

        assertThat(weight.shape()).isEqualTo(Shape.of(2, 3));
        assertThat(new CheckpointParameters(checkpoint)
                        .declare(new Graph("other"), "pointwise.weight", Shape.of(2, 3, 1, 1))
                        .shape())
                .isEqualTo(Shape.of(2, 3, 1, 1));
    }

    @Test
    void declare_anotherShape_namesKeyBothShapesAndFile() {
        assertThatThrownBy(() -> parameters.declare(graph, "linear.weight", Shape.of(3, 2)))
                .hasCauseInstanceOf(ModelFormatException.class)
                .hasMessage("expected linear.weight [3, 2], but was [2, 3] (" + checkpoint.file() + ")");
        assertThatThrownBy(() -> parameters.declare(graph, "pointwise.weight", Shape.of(3, 2)))
                .hasCauseInstanceOf(ModelFormatException.class)
                .hasMessage("expected pointwise.weight [3, 2], but was [2, 3, 1, 1] (" + checkpoint.file() + ")");
        assertThatThrownBy(() -> parameters.declare(graph, "linear.weight", Shape.of(2, 3, 1, 1)))
                .hasCauseInstanceOf(ModelFormatException.class)
                .hasMessage("expected linear.weight [2, 3, 1, 1], but was [2, 3] (" + checkpoint.file() + ")");
    }

    @Test
    void declare_missingKey_namesItTheNearestAndTheFile() {
        assertThatThrownBy(() -> parameters.declare(graph, "linear.weihgt", Shape.of(2, 3)))
                .hasCauseInstanceOf(ModelFormatException.class)
                .hasMessage("expected tensor linear.weihgt, but was no such key, the nearest is linear.weight ("
                        + checkpoint.file() + ")");
    }

    @Test
    void declare_wholeNumbers_areRefusedByName() {
        assertThatThrownBy(() -> parameters.declare(graph, "numbers", Shape.of(4)))
                .hasCauseInstanceOf(ModelFormatException.class)
                .hasMessage("expected numbers to be floating-point, but was I64 (" + checkpoint.file() + ")");
    }

    @Test
    void unusedKeys_areThoseNobodyDeclared() {
        parameters.declare(graph, "linear.weight", Shape.of(2, 3));
        parameters.declare(graph, "half.weight", Shape.of(4));

        assertThat(parameters.unusedKeys()).containsExactly("brain.weight", "numbers", "pointwise.weight");
        assertThat(parameters.contains("numbers")).isTrue();
        assertThat(parameters.contains("number")).isFalse();
    }

    private static StoredTensor tensor(String name, StoredType type, int... sizes) {
        Shape shape = Shape.of(sizes);
        int bytes = Math.toIntExact(shape.elementCount()) * type.byteWidth();
        ByteBuffer data = ByteBuffer.allocateDirect(bytes);
        for (int index = 0; index < bytes; index++) {
            data.put(index, (byte) (index + 1));
        }
        return StoredTensor.of(name, shape, type, data);
    }
}
