package org.lamp4j.video;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Leaves out of a PNG file what has nothing to do with its pixels. FFmpeg expands compressed texts and colour profiles to
 * whatever they hold: a file of a megabyte can ask for a gigabyte with each of its megabytes.
 *
 * @see <a href="https://www.w3.org/TR/png-3/#5DataRep">PNG, third edition</a>, section 5
 */
final class PngChunks {

    private static final Set<String> LEFT_OUT = Set.of("zTXt", "iTXt", "tEXt", "iCCP");

    private static final int SIGNATURE_BYTES = 8;
    private static final int TYPE_BYTES = 4;

    /** Length, type and checksum. */
    private static final int FRAME_BYTES = 12;

    private PngChunks() {}

    /**
     * Returns a PNG file without texts and colour profile. What follows a chunk that does not fit the file stays as it is, for
     * the decoder to refuse.
     *
     * @param file a file that begins with PNG's signature
     * @return the file with the other chunks, in their order
     */
    static byte[] withoutTexts(byte[] file) {
        ByteBuffer source = ByteBuffer.wrap(file);
        ByteBuffer kept = ByteBuffer.allocate(file.length);
        copy(source, SIGNATURE_BYTES, kept);
        while (source.remaining() >= FRAME_BYTES) {
            int start = source.position();
            long length = Integer.toUnsignedLong(source.getInt(start)) + FRAME_BYTES;
            if (length > source.remaining()) {
                break;
            }
            String type = new String(file, start + Integer.BYTES, TYPE_BYTES, StandardCharsets.ISO_8859_1);
            if (LEFT_OUT.contains(type)) {
                source.position(start + (int) length);
            } else {
                copy(source, (int) length, kept);
            }
        }
        copy(source, source.remaining(), kept);
        byte[] result = new byte[kept.position()];
        kept.flip().get(result);
        return result;
    }

    private static void copy(ByteBuffer source, int length, ByteBuffer target) {
        target.put(source.slice(source.position(), length));
        source.position(source.position() + length);
    }
}
