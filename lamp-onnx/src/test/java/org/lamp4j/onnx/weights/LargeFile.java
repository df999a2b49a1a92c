package org.lamp4j.onnx.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;

/** Makes safetensors files of more bytes than are read into memory, most of them a hole that takes no room on disk. */
public final class LargeFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private LargeFile() {}

    /** Adds a tensor of zeros at the end, of as many bytes as are read at most. The file seems to be of yesterday. */
    public static void enlarge(Path file, String tensor) throws IOException {
        byte[] content = Files.readAllBytes(file);
        int dataStart = Long.BYTES
                + (int) ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getLong();
        ObjectNode header = (ObjectNode) JSON.readTree(content, Long.BYTES, dataStart - Long.BYTES);
        long end = (long) content.length - dataStart;
        ObjectNode entry = header.putObject(tensor);
        entry.put("dtype", "U8");
        entry.putArray("shape").add(MappedFile.MOST_BYTES_READ);
        entry.putArray("data_offsets").add(end).add(end + MappedFile.MOST_BYTES_READ);
        StringBuilder text = new StringBuilder(header.toString());
        while (text.length() % Long.BYTES != 0) {
            text.append(' ');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer start = ByteBuffer.allocate(Long.BYTES + bytes.length + (int) end)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(bytes.length)
                .put(bytes)
                .put(Arrays.copyOfRange(content, dataStart, content.length));
        Files.write(file, start.array());
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(start.capacity() + MappedFile.MOST_BYTES_READ);
        }
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(86_400)));
    }

    /** Writes zeros over the end of what is not a hole, in place. */
    public static void overwrite(Path file, long from) throws IOException {
        try (RandomAccessFile inPlace = new RandomAccessFile(file.toFile(), "rw")) {
            inPlace.seek(from);
            inPlace.write(new byte[16]);
        }
    }

    /** Cuts a file off, in place. */
    public static void truncate(Path file) throws IOException {
        try (RandomAccessFile inPlace = new RandomAccessFile(file.toFile(), "rw")) {
            inPlace.setLength(100);
        }
    }
}
