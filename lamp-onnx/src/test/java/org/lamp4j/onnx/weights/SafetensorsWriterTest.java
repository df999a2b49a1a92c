package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.tensor.Shape;

class SafetensorsWriterTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("model.safetensors");
    }

    @Test
    void write_eachType_isReadBackAndAligned() throws IOException {
        List<StoredTensor> tensors =
                Arrays.stream(StoredType.values()).map(TestFiles::sample).toList();
        SafetensorsWriter.write(file, tensors, Map.of("by", "\u00fc\n\"{"));
        Checkpoint checkpoint = Checkpoint.open(file);
        assertThat(checkpoint.metadata()).isEqualTo(Map.of("by", "\u00fc\n\"{"));
        for (StoredTensor tensor : tensors) {
            StoredTensor read = checkpoint.tensor(tensor.name());
            assertThat(read.type()).isEqualTo(tensor.type());
            assertThat(read.shape()).isEqualTo(tensor.shape());
            assertThat(read.data()).isEqualTo(tensor.data());
            assertThat(read.data().alignmentOffset(0, tensor.type().byteWidth()))
                    .as(tensor.name())
                    .isZero();
        }
    }

    @Test
    void write_file_isTheFormatToTheByte() throws IOException {
        SafetensorsWriter.write(
                file, List.of(StoredTensor.of("bias", Shape.of(1, 2), TestFiles.direct(1, -2))), Map.of());
        String header = "{\"bias\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}     ";
        ByteBuffer expected = ByteBuffer.allocate(8 + header.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
        expected.putLong(header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII))
                .putFloat(1)
                .putFloat(-2);
        assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
        assertThat(header.length() % 8).isZero();
    }

    @Test
    void write_emptyAndScalarTensors_areReadBack() throws IOException {
        List<StoredTensor> tensors = List.of(
                StoredTensor.of("empty", Shape.of(0, 3), TestFiles.direct()),
                StoredTensor.of("scalar", Shape.of(), TestFiles.direct(5)));
        SafetensorsWriter.write(file, tensors, Map.of());
        Checkpoint checkpoint = Checkpoint.open(file);
        assertThat(checkpoint.names()).containsExactly("empty", "scalar");
        assertThat(TestFiles.floats(checkpoint.tensor("scalar"))).containsExactly(5);
    }

    @Test
    void write_noTensors_isReadBack() throws IOException {
        SafetensorsWriter.write(file, List.of(), Map.of("k", "v"));
        assertThat(Checkpoint.open(file).names()).isEmpty();
        assertThat(Checkpoint.open(file).metadata()).containsEntry("k", "v");
    }

    @Test
    void write_inHalfPrecision_roundsFloatsAndKeepsIntegers() throws IOException {
        FloatBuffer many = TestFiles.direct(new float[200_000]);
        for (int index = 0; index < many.limit(); index++) {
            many.put(index, index / 7f);
        }
        StoredTensor integers = TestFiles.sample(StoredType.I64);
        SafetensorsWriter.write(
                file, List.of(integers, StoredTensor.of("w", Shape.of(400, 500), many)), Map.of(), StoredType.F16);
        Checkpoint checkpoint = Checkpoint.open(file);
        assertThat(checkpoint.tensor(integers.name()).data()).isEqualTo(integers.data());
        StoredTensor halves = checkpoint.tensor("w");
        assertThat(halves.type()).isEqualTo(StoredType.F16);
        FloatBuffer read = halves.floats();
        for (int index = 0; index < many.limit(); index++) {
            float rounded = FloatConversion.fromHalf(FloatConversion.toHalf(many.get(index)));
            assertThat(read.get(index)).isEqualTo(rounded);
        }
    }

    @Test
    void write_mappedHalvesAsFloats_widensEachOfThem() throws IOException {
        FloatBuffer values = TestFiles.direct(new float[150_000]);
        for (int index = 0; index < values.limit(); index++) {
            values.put(index, index / 3f);
        }
        StoredTensor tensor = StoredTensor.of("w", Shape.of(150_000), values);
        SafetensorsWriter.write(file, List.of(tensor), Map.of(), StoredType.F16);
        StoredTensor halves = Checkpoint.open(file).tensor("w");
        Path wide = folder.resolve("wide.safetensors");
        SafetensorsWriter.write(wide, List.of(halves), Map.of(), StoredType.F32);
        StoredTensor read = Checkpoint.open(wide).tensor("w");
        assertThat(read.type()).isEqualTo(StoredType.F32);
        assertThat(read.floats()).isEqualTo(halves.floats());
    }

    @Test
    void writeWithChecksum_anyOrder_isVerifiedAndTheSame() throws IOException {
        StoredTensor a = StoredTensor.of("a", Shape.of(2), TestFiles.direct(1, 1 / 3f));
        StoredTensor b = TestFiles.sample(StoredType.U8);
        Map<String, String> metadata = new LinkedHashMap<>(Map.of("x", "1", "checksum", "of another file"));
        metadata.put("b", "2");
        Path other = folder.resolve("other.safetensors");
        SafetensorsWriter.writeWithChecksum(file, List.of(a, b), metadata, StoredType.F16);
        SafetensorsWriter.writeWithChecksum(other, List.of(b, a), Map.of("b", "2", "x", "1"), StoredType.F16);
        assertThat(Checkpoint.open(file).verifyChecksum()).isTrue();
        assertThat(Checkpoint.open(other).verifyChecksum()).isTrue();
        assertThat(Checkpoint.open(file).metadata())
                .isEqualTo(Checkpoint.open(other).metadata());
    }

    /** Files hold it, so that it must never change. */
    @Test
    void writeWithChecksum_isTheSameInEachRelease() throws IOException {
        StoredTensor tensor = StoredTensor.of("w", Shape.of(2), TestFiles.direct(1, 2));
        SafetensorsWriter.writeWithChecksum(file, List.of(tensor), Map.of("k", "v"), StoredType.F32);
        assertThat(Checkpoint.open(file).metadata())
                .containsEntry("checksum", "sha256:9b76dfe9cf4b505de78ca15a9789385de819fe957b9217048573d601351c7336");
    }

    @Test
    void write_withoutChecksum_isNotVerified() throws IOException {
        SafetensorsWriter.write(file, List.of(TestFiles.sample(StoredType.U8)), Map.of());
        assertThat(Checkpoint.open(file).verifyChecksum()).isFalse();
    }

    @Test
    void write_integersAsFloatType_isRefused() {
        assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(), Map.of(), StoredType.I64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a floating-point type, but was I64 (SafetensorsWriter.write)");
    }

    @Test
    void write_nameTwiceOrReserved_isRefusedAndNothingRemains() throws IOException {
        StoredTensor tensor = TestFiles.sample(StoredType.U8);
        assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(tensor, tensor), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected each tensor once and none named __metadata__, but was another sample.U8"
                        + " (SafetensorsWriter.write)");
        StoredTensor reserved = StoredTensor.of("__metadata__", Shape.of(), TestFiles.direct(1));
        assertThatThrownBy(() -> SafetensorsWriter.write(file, List.of(reserved), Map.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void write_orderOfTensors_isKeptWithinAWidth() throws IOException {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (String name : List.of("z", "a", "m")) {
            tensors.put(name, StoredTensor.of(name, Shape.of(), TestFiles.direct(1)));
        }
        SafetensorsWriter.write(file, tensors.values(), Map.of());
        assertThat(Checkpoint.open(file).names()).containsExactly("z", "a", "m");
    }
}
