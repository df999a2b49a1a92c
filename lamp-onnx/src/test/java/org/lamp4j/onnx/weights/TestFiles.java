package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.tensor.Shape;

/** Makes files and tensors for tests, well-formed ones and others. */
final class TestFiles {

    private TestFiles() {}

    /** Writes a safetensors file with a header of any text and data of any length, whose bytes count up from 0. */
    static Path safetensors(Path file, String header, int dataBytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer content = ByteBuffer.allocate(Long.BYTES + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text);
        for (int index = 0; index < dataBytes; index++) {
            content.put((byte) index);
        }
        return Files.write(file, content.array());
    }

    /** Writes a ZIP archive of stored entries. */
    static Path zip(Path file, Map<String, byte[]> entries) throws IOException {
        return zip(file, entries, ZipWriter.MAX_PLAIN_OFFSET);
    }

    /** Writes a ZIP archive with ZIP64 records for what lies beyond an offset. */
    static Path zip(Path file, Map<String, byte[]> entries, long maxPlainOffset) throws IOException {
        AtomicFile.write(file, output -> {
            ZipWriter writer = new ZipWriter(output, maxPlainOffset);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                CRC32 checksum = new CRC32();
                checksum.update(entry.getValue());
                writer.startEntry(entry.getKey(), entry.getValue().length, (int) checksum.getValue());
                writer.write(ByteBuffer.wrap(entry.getValue()));
            }
            writer.finish();
        });
        return file;
    }

    /** Overwrites bytes at the first place where a 4-byte little-endian signature stands. */
    static void patch(Path file, int signature, int distance, int... bytes) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (content.getInt(at) != signature) {
            at++;
        }
        for (int index = 0; index < bytes.length; index++) {
            content.put(at + distance + index, (byte) bytes[index]);
        }
        Files.write(file, content.array());
    }

    static FloatBuffer direct(float... values) {
        FloatBuffer buffer = ByteBuffer.allocateDirect(values.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return buffer.put(values).flip();
    }

    static float[] floats(StoredTensor tensor) {
        FloatBuffer buffer = tensor.floats();
        float[] values = new float[buffer.remaining()];
        buffer.get(values);
        return values;
    }

    /** A tensor [2, 3] of any type in native memory, whose bytes are a pattern that is valid for the type. */
    static StoredTensor sample(StoredType type) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(6 * type.byteWidth()).order(ByteOrder.LITTLE_ENDIAN);
        for (int index = 0; index < bytes.limit(); index++) {
            bytes.put(index, (byte) (type == StoredType.BOOL ? index & 1 : 37 * index + 5));
        }
        return StoredTensor.of("sample." + type, Shape.of(2, 3), type, bytes);
    }

    /** Tensors of three ranks. */
    static List<StoredTensor> samples() {
        FloatBuffer floats = direct(new float[24]);
        return List.of(
                StoredTensor.of("conv_in.weight", Shape.of(2, 3, 2, 2), floats),
                StoredTensor.of("conv_in.bias", Shape.of(24), floats),
                StoredTensor.of("scale", Shape.of(), floats.slice(0, 1)));
    }

    /** Reads every value of a file. */
    static void readAll(Path file) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            for (String name : checkpoint.names()) {
                StoredTensor tensor = checkpoint.tensor(name);
                assertThat(tensor.floats().remaining())
                        .isEqualTo((int) tensor.shape().elementCount());
            }
        }
    }
}
