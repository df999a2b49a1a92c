package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file mapped read-only, in parts that buffers can address.
 *
 * <p>A buffer reaches 2 GiB at most, and a process may have some 65 000 mappings, so neither one mapping per file nor one
 * per tensor will do. The file is mapped in regions of 1 GiB, each when first needed; what lies within a region is a
 * slice of it, and only what crosses a boundary, at most one tensor for each, has a mapping of its own. A mapping
 * outlives {@link #close()}; it goes when the last buffer on it has been collected.
 */
final class MappedFile implements AutoCloseable {

    static final long REGION_BYTES = 1L << 30;

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer[] regions;

    private MappedFile(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
        this.regions = new ByteBuffer[Math.toIntExact(size / REGION_BYTES + 1)];
    }

    static MappedFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new MappedFile(path, channel, channel.size());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /**
     * Returns a part of the file.
     *
     * @param offset where it begins
     * @param length its length in bytes; the part lies within the file
     * @return a read-only, little-endian view
     * @throws CheckpointFormatException if it is too long for a buffer
     */
    ByteBuffer slice(long offset, long length) throws IOException {
        if (length > Integer.MAX_VALUE) {
            throw new CheckpointFormatException("expected tensors of at most " + Integer.MAX_VALUE + " bytes, but was "
                    + length + " (" + path + ")");
        }
        if (length == 0) {
            return ByteBuffer.allocateDirect(0).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }
        int region = (int) (offset / REGION_BYTES);
        long start = offset - region * REGION_BYTES;
        if (start + length > REGION_BYTES) {
            return channel.map(MapMode.READ_ONLY, offset, length).order(ByteOrder.LITTLE_ENDIAN);
        }
        if (regions[region] == null) {
            long regionStart = region * REGION_BYTES;
            regions[region] = channel.map(MapMode.READ_ONLY, regionStart, Math.min(REGION_BYTES, size - regionStart));
        }
        return regions[region].slice((int) start, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
