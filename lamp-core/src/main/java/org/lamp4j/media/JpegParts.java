package org.lamp4j.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Keeps of a JPEG file what its image needs: no comments, colour profile, previews, and nothing after its end.
 *
 * @see <a href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">ITU-T T.81</a>, annex B
 */
final class JpegParts {

    /** Encoders make a dozen passes over an image; each takes a decoder as long as the first. */
    private static final int MAX_SCANS = 256;

    private static final int MAX_SEGMENTS = 4096;

    private static final int MARKER_BYTES = 2;
    private static final int START_OF_IMAGE = 0xd8;
    private static final int END_OF_IMAGE = 0xd9;
    private static final int START_OF_SCAN = 0xda;
    private static final int FIRST_RESTART = 0xd0;
    private static final int LAST_RESTART = 0xd7;
    private static final int TEMPORARY = 0x01;
    private static final int COMMENT = 0xfe;
    private static final int FIRST_APPLICATION = 0xe0;
    private static final int LAST_APPLICATION = 0xef;

    /** Length, precision, height, width and number of components. */
    private static final int FRAME_HEADER_BYTES = 8;

    private static final int COMPONENT_BYTES = 3;

    private final byte[] file;
    private final ByteBuffer source;
    private final ByteBuffer kept;
    private int position = MARKER_BYTES;
    private int segments;
    private int scans;
    private int frame = -1;
    private String seen = "";

    private JpegParts(byte[] file) {
        this.file = file;
        this.source = ByteBuffer.wrap(file);
        this.kept = ByteBuffer.wrap(file).position(MARKER_BYTES);
    }

    /**
     * Moves the parts that are kept to the front of the file. What follows a segment that does not fit the file stays
     * as it is, for the decoder to refuse.
     *
     * @param file a file that begins as a JPEG; changed
     */
    static ImageContent slim(byte[] file) throws ImageDamage {
        return new JpegParts(file).slim();
    }

    private ImageContent slim() throws ImageDamage {
        ImageContent header = null;
        while (position + MARKER_BYTES <= file.length) {
            int marker = file[position + 1] & 0xff;
            if ((file[position] & 0xff) != 0xff || marker == 0xff) {
                position++; // padding
                continue;
            }
            if (marker == END_OF_IMAGE) {
                keep(MARKER_BYTES);
                position = file.length;
            } else if (marker == 0 || marker == TEMPORARY || (marker >= FIRST_RESTART && marker <= START_OF_IMAGE)) {
                position += MARKER_BYTES;
            } else if (!segment(marker)) {
                keep(file.length - position);
            } else if (isFrame(marker)) {
                header = header(marker);
            }
        }
        if (header == null) {
            throw new ImageDamage("a JPEG without a frame header");
        }
        return new ImageContent(header.width(), header.height(), header.pixelBytes(), kept.flip());
    }

    /** Keeps or leaves out a segment, with the pixels that follow a scan's. False if it overruns the file. */
    private boolean segment(int marker) throws ImageDamage {
        if (position + MARKER_BYTES + Short.BYTES > file.length) {
            return false;
        }
        int length = MARKER_BYTES + (source.getShort(position + MARKER_BYTES) & 0xffff);
        if (length < MARKER_BYTES + Short.BYTES || length > file.length - position) {
            return false;
        }
        if (!isKept(marker, length)) {
            position += length;
            return true;
        }
        if (++segments > MAX_SEGMENTS) {
            throw new ImageDamage("a JPEG of more than " + MAX_SEGMENTS + " segments");
        }
        if (isFrame(marker)) {
            if (frame >= 0) {
                throw new ImageDamage("a JPEG with two frame headers");
            }
            frame = kept.position();
        }
        if (marker == START_OF_SCAN) {
            if (++scans > MAX_SCANS) {
                throw new ImageDamage("a JPEG of more than " + MAX_SCANS + " scans");
            }
            length += pixelBytes(position + length);
        }
        keep(length);
        return true;
    }

    /** Of what applications add, the decoder needs how colours are stored (JFIF, Adobe) and which way is up (Exif). */
    private boolean isKept(int marker, int length) {
        if (marker == COMMENT) {
            return false;
        }
        if (marker < FIRST_APPLICATION || marker > LAST_APPLICATION) {
            return true;
        }
        int text = position + MARKER_BYTES + Short.BYTES;
        String name = new String(file, text, Math.min(5, position + length - text), StandardCharsets.ISO_8859_1);
        String wanted = switch (marker) {
            case FIRST_APPLICATION -> "JFIF\0";
            case 0xe1 -> "Exif\0";
            case 0xee -> "Adobe";
            default -> "none";
        };
        boolean first = name.equals(wanted) && !seen.contains(name);
        seen += first ? name : "";
        return first;
    }

    /** Everything but start-of-frame markers has a use of its own between them. */
    private static boolean isFrame(int marker) {
        return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    }

    private ImageContent header(int marker) throws ImageDamage {
        int start = frame + MARKER_BYTES;
        int length = source.getShort(start) & 0xffff;
        int components = length < FRAME_HEADER_BYTES ? 0 : file[start + FRAME_HEADER_BYTES - 1] & 0xff;
        if (components < 1 || components > 4 || length < FRAME_HEADER_BYTES + components * COMPONENT_BYTES) {
            throw new ImageDamage("a JPEG with a damaged frame header");
        }
        int most = 1;
        int sum = 0;
        for (int component = 0; component < components; component++) {
            int sampling = file[start + FRAME_HEADER_BYTES + component * COMPONENT_BYTES + 1] & 0xff;
            int samples = (sampling >> 4) * (sampling & 0xf);
            most = Math.max(most, samples);
            sum += samples;
        }
        int sampleBytes = file[start + Short.BYTES] > Byte.SIZE ? 2 : 1;
        boolean progressive = (marker & 3) == 2;
        // A progressive image is kept as coefficients of two bytes until its last pass.
        double coefficients = progressive ? 2.0 * sum / most : 0;
        int rgb = components == 4 ? 4 : 3;
        return new ImageContent(
                source.getShort(start + 5) & 0xffff,
                source.getShort(start + 3) & 0xffff,
                components * sampleBytes + coefficients + rgb,
                source);
    }

    /** Counts the entropy-coded bytes of a scan: up to the next marker that is none of its own. */
    private int pixelBytes(int start) {
        int end = start;
        while (end < file.length) {
            if (file[end] == (byte) 0xff && end + 1 < file.length) {
                int next = file[end + 1] & 0xff;
                boolean inside = next == 0 || (next >= FIRST_RESTART && next <= LAST_RESTART);
                if (!inside) {
                    break;
                }
                end++;
            }
            end++;
        }
        return end - start;
    }

    private void keep(int length) {
        kept.put(file, position, length);
        position += length;
    }
}
