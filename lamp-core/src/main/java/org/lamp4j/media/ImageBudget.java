package org.lamp4j.media;

import java.io.IOException;

/** How much memory reading one image may take, decided before any is taken. */
final class ImageBudget {

    /** Sixteen million pixels in any format, of one colour and so of a few bytes. */
    private static final long BYTES_OF_ANY_FILE = 1L << 28;

    /** What deflate expands a byte to. JPEG and lossy WebP stay below it, lossless WebP of one colour does not. */
    private static final long BYTES_PER_FILE_BYTE = 1 << 10;

    /** A baseline JPEG or an RGB PNG of {@link RgbImage#MAX_PIXELS}. */
    private static final long MOST_BYTES = 6L * RgbImage.MAX_PIXELS;

    /** FFmpeg pads rows and adds rows; beyond this a thin image would take far more than its pixels. */
    private static final int MAX_SIDE = 65_535;

    private static final int RGB_BYTES = 3;

    /** Reading one image may take one of these of the heap. */
    private static final int HEAP_PARTS = 2;

    private ImageBudget() {}

    static void require(ImageContent image, int fileBytes, Object source) throws IOException {
        String size = image.width() + "x" + image.height();
        if (image.width() < 1 || image.height() < 1) {
            throw new IOException("expected an image of at least 1x1 pixels, but was " + size + " (" + source + ")");
        }
        long pixels = (long) image.width() * image.height();
        if (pixels > RgbImage.MAX_PIXELS || Math.max(image.width(), image.height()) > MAX_SIDE) {
            throw new IOException("expected an image of at most " + RgbImage.MAX_PIXELS + " pixels and " + MAX_SIDE
                    + " a side, but was " + size + " (" + source + ")");
        }
        long most = Math.min(MOST_BYTES, BYTES_OF_ANY_FILE + BYTES_PER_FILE_BYTE * fileBytes);
        if (image.decodedBytes() > most) {
            throw new IOException("expected an image that takes at most " + most + " bytes to decode, with a file of "
                    + fileBytes + ", but was " + size + ", which takes " + image.decodedBytes() + " (" + source + ")");
        }
        requireHeap(fileBytes + RGB_BYTES * pixels, size, source);
    }

    /** Refuses an image that could fill the heap of the program that reads it. */
    static void requireHeap(long bytes, Object size, Object source) throws IOException {
        long most = Runtime.getRuntime().maxMemory() / HEAP_PARTS;
        if (bytes > most) {
            throw new IOException("expected an image that takes at most " + most + " bytes, half of the heap, but was "
                    + size + ", which takes " + bytes + " (" + source + ")");
        }
    }
}
