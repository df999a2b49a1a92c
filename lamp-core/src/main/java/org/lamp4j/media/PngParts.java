package org.lamp4j.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Keeps of a PNG file what its first image needs. Decoders expand compressed texts and colour profiles to whatever they
 * hold, and list what they do not know.
 *
 * @see <a href="https://www.w3.org/TR/png-3/#5DataRep">PNG, third edition</a>, section 5
 */
final class PngParts {

    private static final Set<String> KEPT = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

    /** Says which way is up. */
    private static final String EXIF = "eXIf";

    /** As much as a JPEG can hold of it. */
    static final int MAX_EXIF_BYTES = 1 << 16;

    /** Encoders write pixels in chunks of 8 KiB or more. */
    private static final int MAX_CHUNKS = 100_000;

    private static final int SIGNATURE_BYTES = 8;
    private static final int TYPE_BYTES = 4;
    private static final int HEADER_BYTES = 13;

    /** Length, type and checksum. */
    private static final int FRAME_BYTES = 12;

    private static final int PALETTE = 3;
    private static final int DEPTH_AT = 24;

    private PngParts() {}

    /**
     * Moves the parts that are kept to the front of the file. What follows a chunk that does not fit the file stays as
     * it is, for the decoder to refuse.
     *
     * @param file a file that begins with PNG's signature; changed
     */
    static ImageContent slim(byte[] file) throws ImageDamage {
        ByteBuffer source = ByteBuffer.wrap(file);
        if (file.length < SIGNATURE_BYTES + FRAME_BYTES + HEADER_BYTES
                || source.getInt(SIGNATURE_BYTES) != HEADER_BYTES
                || !type(file, SIGNATURE_BYTES).equals("IHDR")) {
            throw new ImageDamage("a PNG that does not begin with its header");
        }
        ByteBuffer kept = ByteBuffer.wrap(file).position(SIGNATURE_BYTES);
        int position = SIGNATURE_BYTES;
        boolean exif = false;
        boolean ended = false;
        for (int chunks = 0; !ended && file.length - position >= FRAME_BYTES; chunks++) {
            if (chunks == MAX_CHUNKS) {
                throw new ImageDamage("a PNG of more than " + MAX_CHUNKS + " chunks");
            }
            long length = Integer.toUnsignedLong(source.getInt(position)) + FRAME_BYTES;
            if (length > file.length - position) {
                break;
            }
            String type = type(file, position);
            boolean firstExif = !exif && type.equals(EXIF) && length <= MAX_EXIF_BYTES;
            if (KEPT.contains(type) || firstExif) {
                kept.put(file, position, (int) length);
            }
            exif |= firstExif;
            ended = type.equals("IEND");
            position += (int) length;
        }
        if (!ended) {
            kept.put(file, position, file.length - position);
        }
        return new ImageContent(
                source.getInt(SIGNATURE_BYTES + 8), source.getInt(SIGNATURE_BYTES + 12), pixelBytes(file), kept.flip());
    }

    private static String type(byte[] file, int chunk) {
        return new String(file, chunk + Integer.BYTES, TYPE_BYTES, StandardCharsets.ISO_8859_1);
    }

    /** Transparent colours make the decoder add a channel, so one is counted whether there are such or not. */
    private static double pixelBytes(byte[] file) {
        int depth = Math.max(1, file[DEPTH_AT] / Byte.SIZE);
        int colour = file[DEPTH_AT + 1];
        int channels = colour == PALETTE ? 1 : ((colour & 2) == 0 ? 1 : 3) + 1;
        return depth * channels + 4;
    }
}
