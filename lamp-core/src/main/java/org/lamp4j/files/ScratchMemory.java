package org.lamp4j.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of a temporary file, for more bytes than a JVM gives its buffers. The system may write it to the disk and give
 * it to others, and takes it back when the buffers are gone.
 */
public final class ScratchMemory {

    private static final int BLOCK = 1 << 20;

    private ScratchMemory() {}

    /**
     * Makes a file and maps it. It is gone from its folder when this returns, where the system lets a mapped file be
     * removed. All of it is written first: where a disk is full, that is an error here, and not the end of the process
     * when the memory is used.
     *
     * @param sizes how many bytes, at least 1 each
     * @return writable little-endian memory of these sizes, of zeros
     * @throws IOException if there is no room for the file; the message says how much it takes, and where
     */
    public static List<ByteBuffer> of(List<Long> sizes) throws IOException {
        long all = sizes.stream().mapToLong(Long::longValue).sum();
        try (ScratchFolder scratch = ScratchFolder.ofSystem();
                FileChannel file = FileChannel.open(
                        scratch.path().resolve("memory"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            try {
                fill(file, all);
            } catch (IOException e) {
                throw new IOException(
                        "expected room for " + all + " bytes of temporary files (java.io.tmpdir, "
                                + PrintableText.line(System.getProperty("java.io.tmpdir")) + "), but was: "
                                + e.getMessage(),
                        e);
            }
            List<ByteBuffer> memory = new ArrayList<>();
            long position = 0;
            for (long size : sizes) {
                memory.add(file.map(MapMode.READ_WRITE, position, size).order(ByteOrder.LITTLE_ENDIAN));
                position += size;
            }
            return memory;
        }
    }

    private static void fill(FileChannel file, long bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK);
        while (file.position() < bytes) {
            zeros.clear().limit((int) Math.min(BLOCK, bytes - file.position()));
            file.write(zeros);
        }
    }
}
