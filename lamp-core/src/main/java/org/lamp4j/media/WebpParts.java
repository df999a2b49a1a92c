package org.lamp4j.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps of a WebP file what its image needs: no colour profile, no other metadata than which way is up.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9649">RFC 9649</a>, sections 2.5 to 2.7 and 3.4; RFC 6386 section 9.1
 */
final class WebpParts {

    private static final Set<String> KEPT = Set.of("VP8X", "ALPH", "VP8 ", "VP8L", "EXIF");

    private static final int FILE_HEADER_BYTES = 12;
    private static final int CHUNK_HEADER_BYTES = 8;

    /** Of any chunk up to and including its width and height. */
    private static final int SIZED_BYTES = 10;

    private static final int SIDE_14_BITS = 0x3fff;

    /** Colours and transparency are decoded apart and put together, four bytes each, then laid over black. */
    private static final double PIXEL_BYTES = 12;

    private final ByteBuffer file;
    private final ByteBuffer kept;
    private final Set<String> seen = new HashSet<>();
    private int width;
    private int height;

    private WebpParts(byte[] file) {
        this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        this.kept = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(FILE_HEADER_BYTES);
    }

    /**
     * Moves the parts that are kept to the front of the file, the first of each kind.
     *
     * @param file a file that begins as a WebP; changed
     */
    static ImageContent slim(byte[] file) throws ImageDamage {
        return new WebpParts(file).slim();
    }

    private ImageContent slim() throws ImageDamage {
        long end = Integer.toUnsignedLong(file.getInt(Integer.BYTES)) + CHUNK_HEADER_BYTES;
        if (end > file.capacity()) {
            throw new ImageDamage("a WebP of " + end + " bytes, cut off after " + file.capacity());
        }
        long position = FILE_HEADER_BYTES;
        while (position + CHUNK_HEADER_BYTES <= end) {
            long length = Integer.toUnsignedLong(file.getInt((int) position + Integer.BYTES)) + CHUNK_HEADER_BYTES;
            if (length > end - position) {
                throw new ImageDamage("a WebP whose part at byte " + position + " overruns its end");
            }
            // Chunks begin at even places; the last one may lack its padding.
            int padded = (int) Math.min(end - position, length + (length & 1));
            keep((int) position, (int) length, padded);
            position += padded;
        }
        if (!seen.contains("VP8 ") && !seen.contains("VP8L")) {
            throw new ImageDamage("a WebP without pixels");
        }
        kept.flip().putInt(Integer.BYTES, kept.limit() - CHUNK_HEADER_BYTES);
        return new ImageContent(width, height, PIXEL_BYTES, kept);
    }

    private void keep(int position, int length, int padded) throws ImageDamage {
        byte[] name = new byte[Integer.BYTES];
        file.get(position, name);
        String type = new String(name, StandardCharsets.ISO_8859_1);
        boolean large = type.equals("EXIF") && length > PngParts.MAX_EXIF_BYTES;
        if (!KEPT.contains(type) || large || !seen.add(type)) {
            return;
        }
        int content = position + CHUNK_HEADER_BYTES;
        if (type.startsWith("VP8") && length < CHUNK_HEADER_BYTES + (type.equals("VP8L") ? 5 : SIZED_BYTES)) {
            throw new ImageDamage("a WebP whose part at byte " + position + " has no size");
        }
        switch (type) {
            case "VP8X" -> grow(threeBytes(content + 4) + 1, threeBytes(content + 7) + 1);
            case "VP8 " -> grow(file.getShort(content + 6) & SIDE_14_BITS, file.getShort(content + 8) & SIDE_14_BITS);
            case "VP8L" -> {
                int sides = file.getInt(content + 1);
                grow((sides & SIDE_14_BITS) + 1, (sides >> 14 & SIDE_14_BITS) + 1);
            }
            default -> {}
        }
        kept.put(file.array(), position, padded);
    }

    private int threeBytes(int position) {
        return (file.getShort(position) & 0xffff) | ((file.get(position + 2) & 0xff) << 16);
    }

    /** The canvas and the image on it should be of one size; a decoder may reserve either. */
    private void grow(int newWidth, int newHeight) {
        width = Math.max(width, newWidth);
        height = Math.max(height, newHeight);
    }
}
