package org.lamp4j.onnx.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A library of Linux that has nothing but the names of those it needs. */
final class ProviderFile {

    private static final int HEADER = 64;
    private static final int SEGMENT = 56;
    private static final int NAMES = HEADER + 2 * SEGMENT;
    private static final long ADDRESS = 0x10000;

    private ProviderFile() {}

    static Path write(Path file, String... needed) throws IOException {
        byte[] names = ("\0" + String.join("\0", needed) + "\0").getBytes(StandardCharsets.US_ASCII);
        int dynamic = NAMES + names.length;
        int entries = 16 * (needed.length + 2);
        ByteBuffer bytes = ByteBuffer.allocate(dynamic + entries).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1});
        bytes.putLong(32, HEADER).putShort(54, (short) SEGMENT).putShort(56, (short) 2);
        segment(bytes.position(HEADER), 1, 0, bytes.capacity());
        segment(bytes.position(HEADER + SEGMENT), 2, dynamic, entries);
        bytes.position(NAMES).put(names);
        int name = 1;
        for (String library : needed) {
            bytes.putLong(1).putLong(name);
            name += library.length() + 1;
        }
        bytes.putLong(5).putLong(ADDRESS + NAMES);
        return Files.write(file, bytes.array());
    }

    private static void segment(ByteBuffer bytes, int kind, long offset, long size) {
        bytes.putInt(kind).putInt(0).putLong(offset).putLong(ADDRESS + offset).putLong(0);
        bytes.putLong(size);
    }
}
