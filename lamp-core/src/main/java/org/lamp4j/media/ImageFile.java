package org.lamp4j.media;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.lamp4j.files.RegularFile;

/**
 * An image file or stream that was checked for a decoder: recognised by its first bytes, its size known and affordable,
 * and without the parts that have nothing to do with its pixels. A file of a few bytes can declare more pixels than any
 * memory holds, or carry a text that expands to gigabytes; both are found here, before a decoder sees the file.
 */
public final class ImageFile {

    /** What is read, for messages. */
    static final String EXPECTED = "an image (PNG, JPEG or WebP)";

    /** Four bytes for each of the most pixels: more than any of these formats needs. */
    private static final long MAX_FILE_BYTES = 4L * RgbImage.MAX_PIXELS;

    /** The file may take one of these of the heap; the pixels come on top. */
    private static final int HEAP_PARTS = 4;

    /** Stands for the name of a file in messages. */
    private static final String STREAM = "a stream";

    private final MediaFormat format;
    private final ImageContent content;
    private final Object source;

    private ImageFile(MediaFormat format, byte[] bytes, Object source) throws IOException {
        this.format = format;
        this.content = slimmed(format, bytes, source);
        this.source = source;
        ImageBudget.require(content, bytes.length, source);
    }

    /**
     * Reads a file, and decodes nothing.
     *
     * @param file a PNG, JPEG or WebP image under any name
     * @return the file
     * @throws IOException if it is no regular file, of another format, without pixels, or of more than there is memory
     *     for; the message names it
     */
    public static ImageFile read(Path file) throws IOException {
        RegularFile.require(file, EXPECTED);
        long length = Files.size(file);
        long most = mostBytes();
        try (InputStream input = Files.newInputStream(file)) {
            byte[] start = input.readNBytes(MediaFormat.START_BYTES);
            MediaFormat format = MediaFormat.of(start);
            requireKnown(format, "a file of " + length + " bytes", file);
            if (length > most) {
                throw new IOException("expected " + EXPECTED + " of at most " + most + " bytes, but was " + length
                        + " (" + file + ")");
            }
            return new ImageFile(format, whole(start, input, (int) length), file);
        }
    }

    /**
     * Reads a stream to its end, and decodes nothing.
     *
     * @param input a PNG, JPEG or WebP image; stays open
     * @return the image
     * @throws IOException if it cannot be read, or is of another format, without pixels, or of more than there is
     *     memory for
     */
    static ImageFile read(InputStream input) throws IOException {
        int most = (int) mostBytes();
        byte[] start = input.readNBytes(MediaFormat.START_BYTES);
        MediaFormat format = MediaFormat.of(start);
        requireKnown(format, "one", STREAM);
        byte[] rest = input.readNBytes(most - start.length);
        if (input.read() >= 0) {
            throw new IOException(
                    "expected " + EXPECTED + " of at most " + most + " bytes, but was more (" + STREAM + ")");
        }
        byte[] bytes = Arrays.copyOf(start, start.length + rest.length);
        System.arraycopy(rest, 0, bytes, start.length, rest.length);
        return new ImageFile(format, bytes, STREAM);
    }

    private static long mostBytes() {
        return Math.min(MAX_FILE_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PARTS);
    }

    private static void requireKnown(MediaFormat format, String unknown, Object source) throws IOException {
        String found = switch (format) {
            case PNG, ANIMATED_PNG, JPEG, WEBP -> "";
            case UNKNOWN -> unknown + " that begins otherwise";
            default -> format + "; save it as PNG or JPEG";
        };
        if (!found.isEmpty()) {
            throw new IOException("expected " + EXPECTED + ", but was " + found + " (" + source + ")");
        }
    }

    /** Ends where the file ended when its size was asked for, even if it has grown since. */
    private static byte[] whole(byte[] start, InputStream rest, int length) throws IOException {
        byte[] bytes = new byte[Math.max(start.length, length)];
        System.arraycopy(start, 0, bytes, 0, start.length);
        int read = start.length + rest.readNBytes(bytes, start.length, bytes.length - start.length);
        return read == bytes.length ? bytes : Arrays.copyOf(bytes, read);
    }

    private static ImageContent slimmed(MediaFormat format, byte[] bytes, Object source) throws IOException {
        try {
            return switch (format) {
                case JPEG -> JpegParts.slim(bytes);
                case WEBP -> WebpParts.slim(bytes);
                default -> PngParts.slim(bytes);
            };
        } catch (ImageDamage damage) {
            throw new IOException(
                    "expected " + EXPECTED + ", whole, but was " + damage.getMessage() + " (" + source + ")", damage);
        }
    }

    /**
     * Returns what kind of image it is.
     *
     * @return {@link MediaFormat#PNG}, {@link MediaFormat#ANIMATED_PNG}, {@link MediaFormat#JPEG} or
     *     {@link MediaFormat#WEBP}
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

    /**
     * Returns where it came from, for messages.
     *
     * @return the file, or words for a stream
     */
    public Object source() {
        return source;
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
