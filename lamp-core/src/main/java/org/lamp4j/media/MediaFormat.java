package org.lamp4j.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A format of images or videos, recognised by the first bytes of a file, since names are often wrong. Few of these are
 * read, all can be named.
 */
public enum MediaFormat {
    /** PNG with one image. */
    PNG("a PNG image"),
    /** PNG with further frames, which is also a PNG image. */
    ANIMATED_PNG("an animated PNG"),
    /** JPEG. */
    JPEG("a JPEG image"),
    /** WebP with one image. */
    WEBP("a WebP image"),
    /** WebP with several frames. */
    ANIMATED_WEBP("an animated WebP"),
    /** GIF, animated or not. */
    GIF("a GIF"),
    /** TIFF, and raw images of cameras that are built like it. */
    TIFF("a TIFF image"),
    /** Windows bitmap. */
    BMP("a BMP image"),
    /** Images of iPhones. */
    HEIC("an HEIC image"),
    /** AVIF. */
    AVIF("an AVIF image"),
    /** JPEG XL. */
    JPEG_XL("a JPEG XL image"),
    /** JPEG 2000. */
    JPEG_2000("a JPEG 2000 image"),
    /** Photoshop document. */
    PSD("a Photoshop document"),
    /** PDF. */
    PDF("a PDF document"),
    /** MP4, MOV and their relatives. */
    MP4("an MP4 or MOV video"),
    /** WebM and MKV. */
    MATROSKA("a WebM or MKV video"),
    /** AVI. */
    AVI("an AVI video"),
    /** Recordings of television and cameras. */
    MPEG_TS("an MPEG transport stream (.ts)"),
    /** DVD and older cameras. */
    MPEG_PS("an MPEG program stream (.mpg)"),
    /** Flash video. */
    FLV("a Flash video (.flv)"),
    /** Theora and other streams in Ogg. */
    OGG("an Ogg video (.ogv)"),
    /** Windows Media. */
    ASF("a Windows Media video (.wmv)"),
    /** None of these. */
    UNKNOWN("something else");

    /** Number of bytes at the start of a file that {@link #of} looks at. */
    public static final int START_BYTES = 4096;

    private static final Set<String> HEIC_BRANDS =
            Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1");
    private static final Set<String> AVIF_BRANDS = Set.of("avif", "avis");

    /** Each packet of a transport stream begins with this byte. */
    private static final int TS_SYNC = 0x47;

    private static final int TS_PACKET_BYTES = 188;

    /** That of a camera's transport stream, with the time before each packet. */
    private static final int TIMED_TS_PACKET_BYTES = 192;

    private static final int WEBP_FLAGS = 20;
    private static final int WEBP_ANIMATION = 2;

    private final String description;

    MediaFormat(String description) {
        this.description = description;
    }

    /** Returns the format with its article, as in {@code a PNG image}. */
    @Override
    public String toString() {
        return description;
    }

    /**
     * Recognises a file.
     *
     * @param start its first {@link #START_BYTES} bytes, or all if it has fewer
     * @return its format, or {@link #UNKNOWN}
     */
    public static MediaFormat of(byte[] start) {
        String text = new String(start, StandardCharsets.ISO_8859_1);
        if (text.startsWith("\u0089PNG\r\n\u001a\n")) {
            return hasAnimationChunk(start) ? ANIMATED_PNG : PNG;
        }
        if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) {
            boolean animated = text.startsWith("VP8X", 12)
                    && start.length > WEBP_FLAGS
                    && (start[WEBP_FLAGS] & WEBP_ANIMATION) != 0;
            return animated ? ANIMATED_WEBP : WEBP;
        }
        if (text.startsWith("ftyp", 4) && text.length() >= 12) {
            return ofBrand(text.substring(8, 12));
        }
        return isTransportStream(start) ? MPEG_TS : ofFirstBytes(text);
    }

    private static MediaFormat ofBrand(String brand) {
        if (HEIC_BRANDS.contains(brand)) {
            return HEIC;
        }
        return AVIF_BRANDS.contains(brand) ? AVIF : MP4;
    }

    private static MediaFormat ofFirstBytes(String text) {
        record Start(MediaFormat format, String bytes) {}
        return Stream.of(
                        new Start(JPEG, "\u00ff\u00d8\u00ff"),
                        new Start(GIF, "GIF87a"),
                        new Start(GIF, "GIF89a"),
                        new Start(TIFF, "II*\0"),
                        new Start(TIFF, "MM\0*"),
                        new Start(JPEG_XL, "\u00ff\n"),
                        new Start(JPEG_XL, "\0\0\0\fJXL "),
                        new Start(JPEG_2000, "\0\0\0\fjP  "),
                        new Start(JPEG_2000, "\u00ffO\u00ffQ"),
                        new Start(PSD, "8BPS\0\u0001"),
                        new Start(PDF, "%PDF-"),
                        new Start(MATROSKA, "\u001aE\u00df\u00a3"),
                        new Start(MPEG_PS, "\0\0\u0001\u00ba"),
                        new Start(MPEG_PS, "\0\0\u0001\u00b3"),
                        new Start(FLV, "FLV\u0001"),
                        new Start(OGG, "OggS"),
                        new Start(ASF, "0&\u00b2u\u008ef\u00cf\u0011"))
                .filter(start -> text.startsWith(start.bytes()))
                .map(Start::format)
                .findFirst()
                .orElseGet(() -> ofLongerStart(text));
    }

    private static MediaFormat ofLongerStart(String text) {
        if (text.startsWith("RIFF") && text.startsWith("AVI ", 8)) {
            return AVI;
        }
        // Two letters would name many a text; four bytes of zeros follow the length.
        return text.startsWith("BM") && text.startsWith("\0\0\0\0", 6) ? BMP : UNKNOWN;
    }

    private static boolean isTransportStream(byte[] start) {
        return isEvery(start, 0, TS_PACKET_BYTES)
                || isEvery(start, TIMED_TS_PACKET_BYTES - TS_PACKET_BYTES, TIMED_TS_PACKET_BYTES);
    }

    private static boolean isEvery(byte[] start, int first, int distance) {
        if (start.length <= first + distance) {
            return false;
        }
        for (int position = first; position < start.length; position += distance) {
            if (start[position] != TS_SYNC) {
                return false;
            }
        }
        return true;
    }

    /** The chunk that makes an animation stands before the pixels. */
    private static boolean hasAnimationChunk(byte[] start) {
        ByteBuffer chunks = ByteBuffer.wrap(start);
        long position = 8;
        while (position + 8 <= start.length) {
            String type = new String(start, (int) position + 4, 4, StandardCharsets.ISO_8859_1);
            if (type.equals("acTL") || type.equals("IDAT")) {
                return type.equals("acTL");
            }
            position += 12 + Integer.toUnsignedLong(chunks.getInt((int) position));
        }
        return false;
    }
}
