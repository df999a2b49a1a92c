package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.lamp4j.files.AtomicFile;

/**
 * Writes a ZIP archive of stored entries whose data is aligned to 64 bytes, as PyTorch maps it. ZIP64 records appear
 * where the plain ones cannot hold an offset or the number of entries. An entry's size always fits, since a buffer
 * holds 2 GiB.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT 6.3.10</a>, sections 4.3 and
 *     4.5.3
 */
final class ZipWriter {

    private static final int ALIGNMENT = 64;

    /** The extra field that PyTorch pads with. */
    private static final short PADDING_EXTRA = 0x4246;

    private static final int EXTRA_HEADER_BYTES = 4;
    private static final short UTF8_NAMES = 0x0800;
    private static final short PLAIN_VERSION = 20;
    private static final short ZIP64_VERSION = 45;

    /** 1 January 1980: equal tensors make equal files. */
    private static final short DATE = 0x21;

    /** The largest offset of the plain records; the next one stands for "see the ZIP64 record". */
    static final long MAX_PLAIN_OFFSET = 0xffff_fffeL;

    private static final int MAX_PLAIN_COUNT = 0xfffe;

    /** What the directory repeats of an entry. */
    private record Entry(byte[] name, long size, int checksum, long offset) {}

    private final AtomicFile.Output output;
    private final long maxPlainOffset;
    private final List<Entry> entries = new ArrayList<>();

    ZipWriter(AtomicFile.Output output) {
        this(output, MAX_PLAIN_OFFSET);
    }

    /** For tests, which have no room for 4 GiB: ZIP64 records from a smaller offset on. */
    ZipWriter(AtomicFile.Output output, long maxPlainOffset) {
        this.output = output;
        this.maxPlainOffset = maxPlainOffset;
    }

    /** Begins an entry, whose data is to be written next. */
    void startEntry(String name, long size, int checksum) throws IOException {
        Entry entry = new Entry(name.getBytes(StandardCharsets.UTF_8), size, checksum, output.position());
        int unpadded = ZipDirectory.LOCAL_HEADER_BYTES + entry.name.length + EXTRA_HEADER_BYTES;
        int padding = (int) Math.floorMod(-(entry.offset + unpadded), (long) ALIGNMENT);
        ByteBuffer header = buffer(unpadded + padding)
                .putInt(ZipDirectory.LOCAL_HEADER)
                .putShort(PLAIN_VERSION)
                .putShort(UTF8_NAMES)
                .putShort((short) 0) // stored
                .putShort((short) 0) // midnight
                .putShort(DATE)
                .putInt(checksum)
                .putInt((int) size)
                .putInt((int) size)
                .putShort((short) entry.name.length)
                .putShort((short) (EXTRA_HEADER_BYTES + padding))
                .put(entry.name)
                .putShort(PADDING_EXTRA)
                .putShort((short) padding);
        writeAll(header);
        entries.add(entry);
    }

    void write(ByteBuffer data) throws IOException {
        output.write(data);
    }

    /** Writes the directory. */
    void finish() throws IOException {
        long offset = output.position();
        for (Entry entry : entries) {
            writeDirectoryHeader(entry);
        }
        long size = output.position() - offset;
        boolean wide = offset > maxPlainOffset || entries.size() > MAX_PLAIN_COUNT;
        if (wide) {
            writeZip64End(offset, size);
        }
        short count = (short) (wide ? -1 : entries.size());
        ByteBuffer end = buffer(ZipDirectory.DIRECTORY_END_BYTES)
                .putInt(ZipDirectory.DIRECTORY_END)
                .putInt(0) // disks
                .putShort(count)
                .putShort(count)
                .putInt((int) (wide ? -1 : size))
                .putInt((int) (wide ? -1 : offset))
                .putShort((short) 0); // no comment
        writeAll(end);
    }

    private void writeDirectoryHeader(Entry entry) throws IOException {
        boolean wide = entry.offset > maxPlainOffset;
        int extraBytes = wide ? EXTRA_HEADER_BYTES + Long.BYTES : 0;
        ByteBuffer header = buffer(ZipDirectory.DIRECTORY_HEADER_BYTES + entry.name.length + extraBytes)
                .putInt(ZipDirectory.DIRECTORY_HEADER)
                .putShort(wide ? ZIP64_VERSION : PLAIN_VERSION)
                .putShort(wide ? ZIP64_VERSION : PLAIN_VERSION)
                .putShort(UTF8_NAMES)
                .putShort((short) 0) // stored
                .putShort((short) 0) // midnight
                .putShort(DATE)
                .putInt(entry.checksum)
                .putInt((int) entry.size)
                .putInt((int) entry.size)
                .putShort((short) entry.name.length)
                .putShort((short) extraBytes)
                .putShort((short) 0) // no comment
                .putInt(0) // disk and internal attributes
                .putInt(0) // external attributes
                .putInt((int) (wide ? -1 : entry.offset))
                .put(entry.name);
        if (wide) {
            header.putShort((short) ZipDirectory.ZIP64_EXTRA)
                    .putShort((short) Long.BYTES)
                    .putLong(entry.offset);
        }
        writeAll(header);
    }

    private void writeZip64End(long offset, long size) throws IOException {
        long endOffset = output.position();
        ByteBuffer end = buffer(ZipDirectory.ZIP64_DIRECTORY_END_BYTES + ZipDirectory.ZIP64_LOCATOR_BYTES)
                .putInt(ZipDirectory.ZIP64_DIRECTORY_END)
                .putLong(ZipDirectory.ZIP64_DIRECTORY_END_BYTES - 12) // what follows this field
                .putShort(ZIP64_VERSION)
                .putShort(ZIP64_VERSION)
                .putLong(0) // disks
                .putLong(entries.size())
                .putLong(entries.size())
                .putLong(size)
                .putLong(offset)
                .putInt(ZipDirectory.ZIP64_LOCATOR)
                .putInt(0) // disk of the end
                .putLong(endOffset)
                .putInt(1); // number of disks
        writeAll(end);
    }

    private void writeAll(ByteBuffer record) throws IOException {
        output.write(record.array(), record.arrayOffset(), record.capacity());
    }

    private static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
