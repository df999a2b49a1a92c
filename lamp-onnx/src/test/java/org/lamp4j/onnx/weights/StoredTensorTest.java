package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

class StoredTensorTest {

    @Test
    void of_directFloats_keepsThemWithoutCopy() {
        FloatBuffer values = TestFiles.direct(1, 2, 3);
        StoredTensor tensor = StoredTensor.of("w", Shape.of(3), values);
        values.put(0, 7);
        assertThat(tensor.floats().get(0)).isEqualTo(7);
        assertThat(tensor.floats().isReadOnly()).isTrue();
        assertThat(tensor.floats().isDirect()).isTrue();
        assertThat(tensor.type()).isEqualTo(StoredType.F32);
        assertThat(tensor.file()).isEmpty();
        assertThat(tensor).hasToString("w F32 [3]");
    }

    @Test
    void data_ofFloats_isLittleEndianReadOnlyAndDirect() {
        ByteBuffer data =
                StoredTensor.of("w", Shape.of(2), TestFiles.direct(1, -2)).data();
        assertThat(data.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(data.isReadOnly()).isTrue();
        assertThat(data.isDirect()).isTrue();
        assertThat(data.getInt(0)).isEqualTo(0x3f800000);
        assertThat(data.getInt(4)).isEqualTo(0xc0000000);
    }

    @Test
    void buffers_takenTwice_haveTheirOwnPositions() {
        StoredTensor tensor = StoredTensor.of("w", Shape.of(2), TestFiles.direct(1, -2));
        tensor.floats().get();
        tensor.data().getInt();
        assertThat(tensor.floats().remaining()).isEqualTo(2);
        assertThat(tensor.data().remaining()).isEqualTo(8);
    }

    @Test
    void of_heapBuffer_isRefused() {
        assertThatThrownBy(() -> StoredTensor.of("w", Shape.of(1), FloatBuffer.allocate(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a direct buffer of native byte order for w, but was on the heap (StoredTensor)");
        assertThatThrownBy(() -> StoredTensor.of("w", Shape.of(1), StoredType.I64, ByteBuffer.allocate(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a direct buffer for w, but was on the heap (StoredTensor)");
    }

    @Test
    void of_foreignByteOrder_isRefused() {
        ByteOrder foreign =
                ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        FloatBuffer values = ByteBuffer.allocateDirect(4).order(foreign).asFloatBuffer();
        assertThatThrownBy(() -> StoredTensor.of("w", Shape.of(1), values))
                .hasMessage("expected a direct buffer of native byte order for w, but was of order " + foreign
                        + " (StoredTensor)");
    }

    @Test
    void of_otherCountThanTheShape_isRefused() {
        assertThatThrownBy(() -> StoredTensor.of("w", Shape.of(2, 2), TestFiles.direct(1, 2, 3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected 4 values for w [2, 2], but was 3 (StoredTensor)");
        assertThatThrownBy(() -> StoredTensor.of("w", Shape.of(1), StoredType.I64, ByteBuffer.allocateDirect(9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected whole I64 elements for w, but was 9 bytes (StoredTensor)");
    }

    @ParameterizedTest
    @CsvSource({
        "F64, 000000000000f83f, 1.5",
        "F32, 0000c0bf, -1.5",
        "F16, 003e, 1.5",
        "BF16, c0bf, -1.5",
        "I64, feffffffffffffff, -2",
        "I32, 00000080, -2147483648",
        "I16, ff7f, 32767",
        "I8, 80, -128",
        "U8, ff, 255",
        "BOOL, 02, 1",
        "BOOL, 00, 0"
    })
    void floats_ofEachType_areItsValues(StoredType type, String hexadecimal, float expected) {
        ByteBuffer data = ByteBuffer.allocateDirect(type.byteWidth()).order(ByteOrder.LITTLE_ENDIAN);
        data.put(HexFormat.of().parseHex(hexadecimal)).flip();
        StoredTensor tensor = StoredTensor.of("w", Shape.of(), type, data);
        assertThat(TestFiles.floats(tensor)).containsExactly(expected);
        assertThat(tensor.floats().order()).isEqualTo(ByteOrder.nativeOrder());
        assertThat(tensor.floats().isDirect()).isTrue();
    }

    @Test
    void floats_mappedAndAligned_areAView(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("m.safetensors");
        SafetensorsWriter.write(file, List.of(StoredTensor.of("w", Shape.of(2), TestFiles.direct(3, 4))), Map.of());
        StoredTensor tensor = Checkpoint.open(file).tensor("w");
        assertThat(tensor.floats().isReadOnly()).isTrue();
        assertThat(TestFiles.floats(tensor)).containsExactly(3, 4);
        assertThat(tensor.file()).contains(file);
        assertThat(tensor).hasToString("w F32 [2] in " + file);
    }

    @Test
    void floats_notOnAFloatsBoundary_areAnAlignedCopy(@TempDir Path folder) throws Exception {
        String header = "{\"odd\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}";
        Path file = TestFiles.safetensors(folder.resolve("m.safetensors"), header, 5);
        StoredTensor tensor = Checkpoint.open(file).tensor("w");
        assertThat(tensor.floats().isReadOnly()).as("a copy of its own").isFalse();
        assertThat(tensor.floats().get(0)).isEqualTo(Float.intBitsToFloat(0x04030201));
    }
}
