package org.lamp4j.onnx.device;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The libraries that a library of Linux asks its loader for, read from its own entries without loading it.
 *
 * @see <a href="https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html">System V ABI</a>, chapters 4 and 5
 */
final class NeededLibraries {

    private static final int MAGIC = 0x464c457f; // 0x7f E L F
    private static final int CLASS_AND_ORDER = 0x0102; // 64 bits, the lowest byte first

    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final int ENTRY_BYTES = 16;
    private static final int LOADED_SEGMENT = 1;
    private static final int DYNAMIC_SEGMENT = 2;

    private static final long END = 0;
    private static final long NEEDED = 1;
    private static final long NAMES = 5;

    /** Far more than a loader's entries take, and a name. */
    private static final int MAX_ENTRY_BYTES = 1 << 16;

    private static final int MAX_NAME_BYTES = 256;

    /** A part of the file, and the address that it is loaded at. */
    private record Segment(int kind, long offset, long address, long size) {}

    private final FileChannel file;

    private NeededLibraries(FileChannel file) {
        this.file = file;
    }

    /**
     * Reads the names.
     *
     * @param library a library
     * @return the names, in the loader's order; none if the file cannot be read, or is none of Linux with 64 bits
     */
    static List<String> of(Path library) {
        try (FileChannel file = FileChannel.open(library)) {
            return new NeededLibraries(file).names();
        } catch (IOException | RuntimeException e) {
            return List.of(); // they only explain a failure
        }
    }

    private List<String> names() throws IOException {
        List<Segment> segments = segments();
        List<Long> names = new ArrayList<>();
        long table = 0;
        for (Segment segment : segments) {
            if (segment.kind() == DYNAMIC_SEGMENT) {
                ByteBuffer entries = bytes(segment.offset(), (int) Math.min(segment.size(), MAX_ENTRY_BYTES));
                while (entries.remaining() >= ENTRY_BYTES) {
                    long tag = entries.getLong();
                    long value = entries.getLong();
                    if (tag == END) {
                        break;
                    } else if (tag == NEEDED) {
                        names.add(value);
                    } else if (tag == NAMES) {
                        table = offset(value, segments);
                    }
                }
            }
        }
        if (table == 0) {
            return List.of();
        }
        List<String> libraries = new ArrayList<>();
        for (long name : names) {
            libraries.add(text(table + name));
        }
        return libraries;
    }

    private List<Segment> segments() throws IOException {
        ByteBuffer header = bytes(0, HEADER_BYTES);
        if (header.getInt(0) != MAGIC || header.getShort(4) != CLASS_AND_ORDER || header.getShort(54) < SEGMENT_BYTES) {
            return List.of();
        }
        int size = header.getShort(54);
        ByteBuffer table = bytes(header.getLong(32), size * Short.toUnsignedInt(header.getShort(56)));
        List<Segment> segments = new ArrayList<>();
        for (int start = 0; start + size <= table.limit(); start += size) {
            segments.add(new Segment(
                    table.getInt(start),
                    table.getLong(start + 8),
                    table.getLong(start + 16),
                    table.getLong(start + 32)));
        }
        return segments;
    }

    private static long offset(long address, List<Segment> segments) throws IOException {
        return segments.stream()
                .filter(segment -> segment.kind() == LOADED_SEGMENT
                        && address >= segment.address()
                        && address < segment.address() + segment.size())
                .mapToLong(segment -> segment.offset() + address - segment.address())
                .findFirst()
                .orElseThrow(() -> new IOException("names lie in no segment"));
    }

    private String text(long offset) throws IOException {
        ByteBuffer bytes = bytes(offset, MAX_NAME_BYTES);
        int end = 0;
        while (end < bytes.limit() && bytes.get(end) != 0) {
            end++;
        }
        return StandardCharsets.US_ASCII.decode(bytes.limit(end)).toString();
    }

    /** Reads so many bytes, fewer at the end of the file. */
    private ByteBuffer bytes(long offset, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && file.read(bytes, offset + bytes.position()) > 0) {
            // until all are there
        }
        return bytes.flip();
    }
}
