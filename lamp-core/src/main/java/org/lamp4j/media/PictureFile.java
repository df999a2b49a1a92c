package org.lamp4j.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.lamp4j.files.RegularFile;

/**
 * A picture file as every decoder gets it: recognised by its first bytes, its size known and affordable, and without the parts
 * that have nothing to do with its pixels. A file of a few bytes can declare more pixels than any memory holds, or carry a text
 * that expands to gigabytes; both are found here, before a decoder sees the file.
 */
public final class PictureFile {

    /** What is read, for messages. */
    static final String EXPECTED = "a picture (PNG, JPEG or WebP)";

    /** Four bytes for each of the most pixels: more than any of these formats needs. */
    private static final long MAX_FILE_BYTES = 4L * RgbImage.MAX_PIXELS;

    /** The file may take one of these of the heap; the pixels come on top. */
    private static final int HEAP_PARTS = 4;

    private final MediaFormat format;
    private final PictureContent content;

    private PictureFile(MediaFormat format, PictureContent content) {
        this.format = format;
        this.content = content;
    }

    /**
     * Reads a file, and decodes nothing.
     *
     * @param file a PNG, JPEG or WebP picture under any name
     * @return the file
     * @throws IOException if it is no regular file, of another format, without pixels, or of more than there is memory for;
     *     the message names it
     */
    public static PictureFile read(Path file) throws IOException {
        RegularFile.require(file, EXPECTED);
        long length = Files.size(file);
        long most = Math.min(MAX_FILE_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PARTS);
        byte[] bytes;
        MediaFormat format;
        try (InputStream input = Files.newInputStream(file)) {
            byte[] start = input.readNBytes(MediaFormat.START_BYTES);
            format = MediaFormat.of(start);
            requireKnown(format, length, file);
            if (length > most) {
                throw new IOException("expected " + EXPECTED + " of at most " + most + " bytes, but was " + length
                        + " (" + file + ")");
            }
            bytes = whole(start, input, (int) length);
        }
        PictureContent content = slimmed(format, bytes, file);
        PictureBudget.require(content, bytes.length, file);
        return new PictureFile(format, content);
    }

    private static void requireKnown(MediaFormat format, long length, Path file) throws IOException {
        String found = switch (format) {
            case PNG, ANIMATED_PNG, JPEG, WEBP -> "";
            case UNKNOWN -> "a file of " + length + " bytes that begins otherwise";
            default -> format + "; save it as PNG or JPEG";
        };
        if (!found.isEmpty()) {
            throw new IOException("expected " + EXPECTED + ", but was " + found + " (" + file + ")");
        }
    }

    /** Ends where the file ended when its size was asked for, even if it has grown since. */
    private static byte[] whole(byte[] start, InputStream rest, int length) throws IOException {
        byte[] bytes = new byte[Math.max(start.length, length)];
        System.arraycopy(start, 0, bytes, 0, start.length);
        int read = start.length + rest.readNBytes(bytes, start.length, bytes.length - start.length);
        return read == bytes.length ? bytes : Arrays.copyOf(bytes, read);
    }

    private static PictureContent slimmed(MediaFormat format, byte[] bytes, Path file) throws IOException {
        try {
            return switch (format) {
                case JPEG -> JpegParts.slim(bytes);
                case WEBP -> WebpParts.slim(bytes);
                default -> PngParts.slim(bytes);
            };
        } catch (PictureDamage damage) {
            throw new IOException(
                    "expected " + EXPECTED + ", whole, but was " + damage.getMessage() + " (" + file + ")", damage);
        }
    }

    /**
     * Returns what kind of picture it is.
     *
     * @return {@link MediaFormat#PNG}, {@link MediaFormat#ANIMATED_PNG}, {@link MediaFormat#JPEG} or {@link MediaFormat#WEBP}
     */
    public MediaFormat format() {
        return format;
    }

    /**
     * Returns what a decoder needs of the file: no texts, colour profiles, previews or further frames.
     *
     * @return a valid file of the same format; its pixels may still be damaged. Not a copy
     */
    public ByteBuffer content() {
        return content.bytes().duplicate();
    }

    /** Returns how many bytes a decoder takes for the pixels, at most. */
    long decodedBytes() {
        return content.decodedBytes();
    }

    /** Returns the stored size, which a rotation beside the pixels may turn. */
    FrameSize size() {
        return new FrameSize(content.width(), content.height());
    }
}
