package org.lamp4j.video;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How long a video file says it is. FFmpeg plays what is left of a WebM or GIF that was cut off and does not complain;
 * each of these formats states its length, though, so a cut can be told from an end.
 *
 * <p>Sources: ISO/IEC 14496-12 section 4.2 (boxes), RFC 8794 sections 4 to 6 (EBML), the AVI RIFF reference, and the
 * GIF89a specification sections 15 to 27.
 */
final class DeclaredLength {

    private static final int BOX_HEADER = 8;
    private static final int EBML_HEADER_ID = 0x1a45dfa3;
    private static final int SEGMENT_ID = 0x18538067;
    private static final int CLUSTER_ID = 0x1f43b675;
    private static final int GIF_EXTENSION = 0x21;
    private static final int GIF_IMAGE = 0x2c;
    private static final int GIF_TRAILER = 0x3b;

    private static final int WINDOW_BYTES = 1 << 16;

    private final Path file;
    private final SeekableByteChannel channel;
    private final long length;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).limit(0);
    private long windowStart;

    private DeclaredLength(Path file, SeekableByteChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.length = channel.size();
    }

    /**
     * Refuses a file that is shorter than it says.
     *
     * @param file a file of any kind; those of unknown kind pass
     * @throws IOException if its end is missing, or the blocks of a GIF, WebM or MKV are damaged; the message names the
     *     file and the place
     */
    static void require(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            DeclaredLength declared = new DeclaredLength(file, channel);
            long expected;
            try {
                expected = declared.atLeast();
            } catch (EOFException cut) {
                expected = declared.length + 1;
            }
            if (declared.length < expected) {
                throw new IOException("expected a video of at least " + expected + " bytes, as its own header says,"
                        + " but was one cut off after " + declared.length + " (" + file + ")");
            }
        }
    }

    private long atLeast() throws IOException {
        if (length < 2 * BOX_HEADER) {
            return 0;
        }
        int first = intAt(0, ByteOrder.BIG_ENDIAN);
        int second = intAt(4, ByteOrder.BIG_ENDIAN);
        if (second == fourCharacters("ftyp")) {
            return endOfBoxes();
        }
        if (first == fourCharacters("RIFF")) {
            return BOX_HEADER + Integer.toUnsignedLong(intAt(4, ByteOrder.LITTLE_ENDIAN));
        }
        if (first == EBML_HEADER_ID) {
            return endOfSegment();
        }
        return first == fourCharacters("GIF8") ? endOfGif() : 0;
    }

    private long endOfBoxes() throws IOException {
        long position = 0;
        while (position + BOX_HEADER <= length) {
            long size = Integer.toUnsignedLong(intAt(position, ByteOrder.BIG_ENDIAN));
            if (size == 1 && position + 2 * BOX_HEADER <= length) {
                size = read(position + BOX_HEADER, Long.BYTES).getLong();
            }
            if (size < BOX_HEADER) {
                // 0 means up to the end; anything else is no box but what some cameras leave behind the last one.
                return 0;
            }
            position += size;
        }
        return position;
    }

    private long endOfSegment() throws IOException {
        long position = Integer.BYTES;
        position = Math.addExact(endOfNumber(position), numberAt(position));
        if (position + 2 * BOX_HEADER > length) {
            return position;
        }
        if (intAt(position, ByteOrder.BIG_ENDIAN) != SEGMENT_ID) {
            return 0;
        }
        position += Integer.BYTES;
        long elements = endOfNumber(position);
        if (isUnknown(position)) {
            // A live recording, which does not know its length.
            requireElements(elements, length);
            return 0;
        }
        long end = Math.addExact(elements, numberAt(position));
        if (end <= length) {
            requireElements(elements, end);
        }
        return end;
    }

    /** FFmpeg skips what it cannot make sense of, frames and all; here a block that overruns its end is damage. */
    private void requireElements(long start, long end) throws IOException {
        long position = start;
        while (position < end) {
            long size = endOfNumber(position);
            boolean cluster = size - position == Integer.BYTES && intAt(position, ByteOrder.BIG_ENDIAN) == CLUSTER_ID;
            long content = size < end ? endOfNumber(size) : Long.MAX_VALUE;
            if (size - position > Integer.BYTES || content > end || (!cluster && numberAt(size) > end - content)) {
                throw new IOException(
                        "expected an element of a WebM or MKV, but was none at byte " + position + " (" + file + ")");
            }
            // The blocks of a cluster stand in for it.
            position = cluster ? content : content + numberAt(size);
        }
    }

    private boolean isUnknown(long position) throws IOException {
        return numberAt(position) == (1L << (7 * (int) (endOfNumber(position) - position))) - 1;
    }

    /** An EBML number is as many bytes long as its first byte has leading zero bits, and one more. */
    private long endOfNumber(long position) throws IOException {
        return position + Integer.numberOfLeadingZeros(byteAt(position)) - 23;
    }

    private long numberAt(long position) throws IOException {
        int bytes = (int) (endOfNumber(position) - position);
        if (bytes > Long.BYTES) {
            throw new EOFException();
        }
        ByteBuffer number = read(position, bytes);
        long value = number.get() & (0xff >> bytes);
        while (number.hasRemaining()) {
            value = (value << Byte.SIZE) | (number.get() & 0xff);
        }
        return value;
    }

    private long endOfGif() throws IOException {
        long position = 13L + colourTableBytes(byteAt(10));
        while (true) {
            int block = byteAt(position);
            if (block == GIF_TRAILER) {
                return position + 1;
            }
            if (block == GIF_EXTENSION) {
                position = endOfSubBlocks(position + 2);
            } else if (block == GIF_IMAGE) {
                position = endOfSubBlocks(position + 11 + colourTableBytes(byteAt(position + 9)));
            } else {
                throw new IOException(String.format(
                        Locale.ROOT,
                        "expected an image, an extension or the end of a GIF, but was 0x%02x at byte %d (%s)",
                        block,
                        position,
                        file));
            }
        }
    }

    private static int colourTableBytes(int flags) {
        return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    private long endOfSubBlocks(long position) throws IOException {
        long next = position;
        int size;
        do {
            size = byteAt(next);
            next += 1 + size;
        } while (size > 0);
        return next;
    }

    private static int fourCharacters(String text) {
        return text.charAt(0) << 24 | text.charAt(1) << 16 | text.charAt(2) << 8 | text.charAt(3);
    }

    private int byteAt(long position) throws IOException {
        return read(position, 1).get() & 0xff;
    }

    private int intAt(long position, ByteOrder order) throws IOException {
        return read(position, Integer.BYTES).order(order).getInt();
    }

    /** Blocks of a few bytes stand side by side, so the file is read in larger pieces than are asked for. */
    private ByteBuffer read(long position, int bytes) throws IOException {
        if (position < 0 || position + bytes > length) {
            throw new EOFException();
        }
        if (position < windowStart || position + bytes > windowStart + window.limit()) {
            fillWindow(position);
        }
        if (bytes > window.limit()) {
            throw new EOFException();
        }
        return window.slice((int) (position - windowStart), bytes);
    }

    private void fillWindow(long position) throws IOException {
        windowStart = position;
        window.clear();
        channel.position(position);
        int count = 0;
        while (window.hasRemaining() && count >= 0) {
            count = channel.read(window);
        }
        window.flip();
    }
}
