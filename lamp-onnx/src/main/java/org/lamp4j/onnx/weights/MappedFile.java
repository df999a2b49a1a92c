package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.lamp4j.errors.ModelFormatException;

/**
 * A file mapped read-only, in parts that buffers can address; a small one is read into native memory instead, and what
 * becomes of it on disk no longer matters.
 *
 * <p>A buffer reaches 2 GiB at most, and a process may have some 65 000 mappings, so neither one mapping per file nor
 * one per tensor will do. The file is mapped in regions of 1 GiB, each when first needed; what lies within a region is
 * a slice of it, and only what crosses a boundary, at most one tensor for each, has a mapping of its own. A mapping
 * outlives {@link #close()}; it goes when the last buffer on it has been collected.
 */
final class MappedFile implements AutoCloseable {

    static final long REGION_BYTES = 1L << 30;

    /** A mapped page that is gone ends the process; so much memory is well spent on being safe from that. */
    static final long MOST_BYTES_READ = 64L << 20;

    /** A file may be replaced between two looks at it, but not again and again. */
    private static final int TRIES = 3;

    private final FileStamp stamp;
    private final FileChannel channel;
    private final ByteBuffer[] regions;

    private MappedFile(FileStamp stamp, FileChannel channel) throws IOException {
        this.stamp = stamp;
        this.channel = channel;
        this.regions = new ByteBuffer[Math.toIntExact(stamp.size() / REGION_BYTES + 1)];
        if (stamp.size() <= MOST_BYTES_READ) {
            regions[0] = readWhole();
        }
    }

    static MappedFile open(Path path) throws IOException {
        return open(path, FileStamp::of);
    }

    /** Opens a file that is looked at in a way of the caller's. */
    static MappedFile open(Path path, FileStamp.Look look) throws IOException {
        for (int count = 0; count < TRIES; count++) {
            FileStamp stamp = look.at(path);
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            boolean isWhole = false;
            try {
                MappedFile file = new MappedFile(stamp, channel);
                isWhole = stamp.equals(look.at(path));
                if (isWhole) {
                    return file;
                }
            } finally {
                if (!isWhole) {
                    channel.close();
                }
            }
        }
        throw new ModelFormatException(
                "expected a file that stays as it is while it is opened, but was written to (" + path + ")", path);
    }

    /** Reads as much as there is; less than the stamp says means that it is not the file's any more. */
    private ByteBuffer readWhole() throws IOException {
        ByteBuffer whole = ByteBuffer.allocateDirect((int) stamp.size());
        while (whole.hasRemaining() && channel.read(whole) >= 0) {}
        return whole.rewind().asReadOnlyBuffer();
    }

    Path path() {
        return stamp.file();
    }

    long size() {
        return stamp.size();
    }

    /** Returns what the file was like when it was opened, if that still matters; empty if it was read. */
    Optional<FileStamp> stamp() {
        return size() <= MOST_BYTES_READ ? Optional.empty() : Optional.of(stamp);
    }

    /**
     * Returns a part of the file.
     *
     * @param offset where it begins
     * @param length its length in bytes; the part lies within the file
     * @return a read-only, little-endian view
     * @throws ModelFormatException if it is too long for a buffer
     */
    ByteBuffer slice(long offset, long length) throws IOException {
        if (length > Integer.MAX_VALUE) {
            throw new ModelFormatException(
                    "expected tensors of at most " + Integer.MAX_VALUE + " bytes, but was " + length + " (" + path()
                            + ")",
                    path());
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
            regions[region] = channel.map(MapMode.READ_ONLY, regionStart, Math.min(REGION_BYTES, size() - regionStart));
        }
        return regions[region].slice((int) start, (int) length).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
