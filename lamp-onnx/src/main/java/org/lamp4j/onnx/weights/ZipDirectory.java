package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.errors.ModelFormatException;

/**
 * Finds where the entries of a ZIP archive lie in the file, which the JDK's classes do not tell; ZIP64 included.
 * Entries must be stored, neither compressed nor encrypted, and must not overlap. Nothing is ever extracted, so names
 * mean nothing but themselves.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE.TXT 6.3.10</a>, sections 4.3 and
 *     4.5.3
 */
final class ZipDirectory {

    static final int LOCAL_HEADER = 0x04034b50;
    static final int DIRECTORY_HEADER = 0x02014b50;
    static final int DIRECTORY_END = 0x06054b50;
    static final int ZIP64_DIRECTORY_END = 0x06064b50;
    static final int ZIP64_LOCATOR = 0x07064b50;
    static final int LOCAL_HEADER_BYTES = 30;
    static final int DIRECTORY_HEADER_BYTES = 46;
    static final int DIRECTORY_END_BYTES = 22;
    static final int ZIP64_DIRECTORY_END_BYTES = 56;
    static final int ZIP64_LOCATOR_BYTES = 20;
    static final int ZIP64_EXTRA = 1;

    private static final int MAX_COMMENT_BYTES = 0xffff;
    private static final int MAX_DIRECTORY_BYTES = 1 << 24;

    static final int MAX_ENTRIES = 1 << 17;

    static final long SATURATED_INT = 0xffff_ffffL;
    private static final int SATURATED_SHORT = 0xffff;
    private static final int ENCRYPTED = 1;

    /**
     * The data of one entry.
     *
     * @param name the entry's name
     * @param offset where its data begins in the file
     * @param size its length in bytes
     */
    record Entry(String name, long offset, long size) {}

    /** One header of the central directory. */
    private record Header(String name, long size, long localOffset) {}

    /** Where the central directory lies. */
    private record Location(long offset, long size, long count) {}

    private final MappedFile file;

    private ZipDirectory(MappedFile file) {
        this.file = file;
    }

    /** Reads the directory and the local headers; returns the entries by name. */
    static Map<String, Entry> read(MappedFile file) throws IOException {
        return new ZipDirectory(file).read();
    }

    private Map<String, Entry> read() throws IOException {
        Location location = locate();
        List<Header> headers = readHeaders(location);
        headers.sort(Comparator.comparingLong(Header::localOffset));
        Map<String, Entry> entries = new LinkedHashMap<>();
        long free = 0;
        for (Header header : headers) {
            if (header.localOffset < free) {
                throw malformed("entries that do not overlap", header.name + " at " + header.localOffset);
            }
            Entry entry = locate(header, location.offset);
            free = entry.offset + entry.size;
            if (entries.put(entry.name, entry) != null) {
                throw malformed("each entry once", entry.name + " twice");
            }
        }
        return entries;
    }

    /** Tells whether there is a directory at the end. */
    static boolean isComplete(MappedFile file) throws IOException {
        return new ZipDirectory(file).endOffset() >= 0;
    }

    private Location locate() throws IOException {
        long endOffset = endOffset();
        if (endOffset < 0) {
            throw malformed("a ZIP archive that ends with its directory", "cut off");
        }
        return locate(file.slice(endOffset, DIRECTORY_END_BYTES), endOffset);
    }

    /** Finds the record at the end; -1 if there is none. */
    private long endOffset() throws IOException {
        long tailBytes = Math.min(file.size(), DIRECTORY_END_BYTES + MAX_COMMENT_BYTES);
        long tailStart = file.size() - tailBytes;
        ByteBuffer tail = file.slice(tailStart, tailBytes);
        for (int at = (int) tailBytes - DIRECTORY_END_BYTES; at >= 0; at--) {
            int comment = at + DIRECTORY_END_BYTES;
            if (tail.getInt(at) == DIRECTORY_END
                    && comment + Short.toUnsignedInt(tail.getShort(at + 20)) == tailBytes) {
                return tailStart + at;
            }
        }
        return -1;
    }

    /** Reads the record at the end, and the ZIP64 one where a field of it is saturated. */
    private Location locate(ByteBuffer end, long endOffset) throws IOException {
        int disk = Short.toUnsignedInt(end.getShort(4));
        long count = Short.toUnsignedInt(end.getShort(10));
        long size = Integer.toUnsignedLong(end.getInt(12));
        long offset = Integer.toUnsignedLong(end.getInt(16));
        long limit = endOffset;
        if (count == SATURATED_SHORT || size == SATURATED_INT || offset == SATURATED_INT) {
            limit = zip64EndOffset(endOffset);
            ByteBuffer wide = file.slice(limit, ZIP64_DIRECTORY_END_BYTES);
            if (wide.getInt(0) != ZIP64_DIRECTORY_END) {
                throw malformed("a ZIP64 directory end at " + limit, "other data");
            }
            disk = wide.getInt(16);
            count = wide.getLong(32);
            size = wide.getLong(40);
            offset = wide.getLong(48);
        }
        if (disk != 0) {
            throw malformed("a ZIP archive of one part", "part " + disk + " of several");
        }
        if (offset < 0 || size < 0 || offset > limit || size > limit - offset || size > MAX_DIRECTORY_BYTES) {
            throw malformed(
                    "a ZIP directory within the file and within " + MAX_DIRECTORY_BYTES + " bytes",
                    size + " bytes at " + offset);
        }
        return new Location(offset, size, count);
    }

    private long zip64EndOffset(long endOffset) throws IOException {
        long locatorOffset = endOffset - ZIP64_LOCATOR_BYTES;
        if (locatorOffset < ZIP64_DIRECTORY_END_BYTES) {
            throw malformed("a ZIP64 directory end", "none");
        }
        ByteBuffer locator = file.slice(locatorOffset, ZIP64_LOCATOR_BYTES);
        long offset = locator.getLong(8);
        if (locator.getInt(0) != ZIP64_LOCATOR || offset < 0 || offset > locatorOffset - ZIP64_DIRECTORY_END_BYTES) {
            throw malformed("a ZIP64 directory end", "none");
        }
        return offset;
    }

    private List<Header> readHeaders(Location location) throws IOException {
        ByteBuffer directory = file.slice(location.offset, location.size);
        List<Header> headers = new ArrayList<>();
        while (directory.hasRemaining()) {
            if (directory.remaining() < DIRECTORY_HEADER_BYTES
                    || directory.getInt(directory.position()) != DIRECTORY_HEADER) {
                throw malformed("a ZIP directory of headers", "other data after entry " + headers.size());
            }
            if (headers.size() == MAX_ENTRIES) {
                throw malformed("at most " + MAX_ENTRIES + " ZIP entries", "more");
            }
            headers.add(readHeader(directory));
        }
        if (headers.size() != location.count) {
            throw malformed(location.count + " ZIP entries", String.valueOf(headers.size()));
        }
        return headers;
    }

    private Header readHeader(ByteBuffer directory) throws IOException {
        int at = directory.position();
        int nameBytes = Short.toUnsignedInt(directory.getShort(at + 28));
        int extraBytes = Short.toUnsignedInt(directory.getShort(at + 30));
        int commentBytes = Short.toUnsignedInt(directory.getShort(at + 32));
        int length = DIRECTORY_HEADER_BYTES + nameBytes + extraBytes + commentBytes;
        if (length > directory.remaining()) {
            throw malformed("a whole ZIP header", "cut off");
        }
        if (nameBytes > TensorSizes.MAX_NAME_LENGTH) {
            throw malformed("names of at most " + TensorSizes.MAX_NAME_LENGTH + " bytes", nameBytes + " bytes");
        }
        String name = text(directory, at + DIRECTORY_HEADER_BYTES, nameBytes);
        int flags = directory.getShort(at + 8);
        int method = Short.toUnsignedInt(directory.getShort(at + 10));
        if ((flags & ENCRYPTED) != 0 || method != 0) {
            throw malformed(
                    "entry " + name + " to be stored as it is",
                    (flags & ENCRYPTED) != 0 ? "encrypted" : "compressed by method " + method);
        }
        long packed = Integer.toUnsignedLong(directory.getInt(at + 20));
        long size = Integer.toUnsignedLong(directory.getInt(at + 24));
        long offset = Integer.toUnsignedLong(directory.getInt(at + 42));
        ByteBuffer wide = zip64Extra(directory.slice(at + DIRECTORY_HEADER_BYTES + nameBytes, extraBytes));
        // The extra field holds only those values that are saturated here, in this order.
        size = size == SATURATED_INT ? next(wide, name) : size;
        packed = packed == SATURATED_INT ? next(wide, name) : packed;
        offset = offset == SATURATED_INT ? next(wide, name) : offset;
        if (size < 0 || packed != size || offset < 0) {
            throw malformed("entry " + name + " with one size and an offset", size + ", " + packed + " and " + offset);
        }
        directory.position(at + length);
        return new Header(name, size, offset);
    }

    /** Returns the ZIP64 sizes among extra fields; empty if there are none. */
    static ByteBuffer zip64Extra(ByteBuffer extra) {
        ByteBuffer fields = extra.order(ByteOrder.LITTLE_ENDIAN);
        while (fields.remaining() >= 4) {
            int id = Short.toUnsignedInt(fields.getShort());
            int length = Math.min(Short.toUnsignedInt(fields.getShort()), fields.remaining());
            if (id == ZIP64_EXTRA) {
                return fields.slice(fields.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            }
            fields.position(fields.position() + length);
        }
        return ByteBuffer.allocate(0);
    }

    private long next(ByteBuffer wide, String name) throws IOException {
        if (wide.remaining() < Long.BYTES) {
            throw malformed("the ZIP64 sizes of entry " + name, "none");
        }
        return wide.getLong();
    }

    /** Finds an entry's data behind its local header, whose extra field may differ from the directory's. */
    private Entry locate(Header header, long directoryOffset) throws IOException {
        if (header.localOffset > directoryOffset - LOCAL_HEADER_BYTES) {
            throw malformed("entry " + header.name + " before the directory", "at " + header.localOffset);
        }
        ByteBuffer local = file.slice(header.localOffset, LOCAL_HEADER_BYTES);
        int nameBytes = Short.toUnsignedInt(local.getShort(26));
        int extraBytes = Short.toUnsignedInt(local.getShort(28));
        long dataOffset = header.localOffset + LOCAL_HEADER_BYTES + nameBytes + extraBytes;
        if (local.getInt(0) != LOCAL_HEADER || dataOffset > directoryOffset) {
            throw malformed("a local header of entry " + header.name, "other data at " + header.localOffset);
        }
        String localName = text(file.slice(header.localOffset + LOCAL_HEADER_BYTES, nameBytes), 0, nameBytes);
        if (!localName.equals(header.name)) {
            throw malformed("a local header of entry " + header.name, "one of " + localName);
        }
        if (header.size > directoryOffset - dataOffset) {
            throw malformed(
                    header.size + " bytes of entry " + header.name, String.valueOf(directoryOffset - dataOffset));
        }
        return new Entry(header.name, dataOffset, header.size);
    }

    static String text(ByteBuffer buffer, int at, int length) {
        byte[] bytes = new byte[length];
        buffer.get(at, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private ModelFormatException malformed(String expected, String actual) {
        return new ModelFormatException(
                "expected " + expected + ", but was " + actual + " (" + file.path() + ")", file.path());
    }
}
