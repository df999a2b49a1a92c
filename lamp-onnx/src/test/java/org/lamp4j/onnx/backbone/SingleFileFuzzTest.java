package org.lamp4j.onnx.backbone;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.lamp4j.fuzz.ReaderFuzzTest;
import org.lamp4j.motion.StoredPrecision;

/** The header of a single file, from which the architecture is read; the numbers behind it stay. */
class SingleFileFuzzTest extends ReaderFuzzTest {

    private byte[] weights = {};

    @Override
    protected List<Path> write(Path folder) throws IOException {
        return List.of(TwoForms.VERSION_2.writeBoth(folder, StoredPrecision.FLOAT16));
    }

    @Override
    protected byte[] content(Path file) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        int end = Long.BYTES
                + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        weights = Arrays.copyOfRange(whole, end, whole.length);
        return Arrays.copyOfRange(whole, Long.BYTES, end);
    }

    @Override
    protected void replace(Path file, byte[] content) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(content.length)
                .array());
        whole.writeBytes(content);
        whole.writeBytes(weights);
        Files.deleteIfExists(file);
        Files.write(file, whole.toByteArray());
    }

    @Override
    protected void read(Path file) throws IOException {
        try (ModelFiles files = ModelFiles.open(file)) {
            files.requireUnchanged();
        }
    }
}
