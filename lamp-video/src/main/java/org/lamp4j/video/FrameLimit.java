package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.Path;

/** How large the frames of a video may be. */
final class FrameLimit {

    /** Of a frame: 8K, and a little more. A decoder holds several at a time. */
    static final int MAX_PIXELS = 1 << 25;

    /** FFmpeg counts rows as long as it stores them, a multiple of this, and a side of macroblocks. */
    private static final int PADDED_SIDE = 128;

    private static final int RGB_BYTES = 3;

    /** A clip is read with two or three frames on the heap, which may take one of these each. */
    private static final int HEAP_PARTS = 8;

    private FrameLimit() {}

    /** Returns what FFmpeg has to be told, so that every frame of so many pixels passes its own check. */
    static long paddedPixels(int pixels) {
        return pixels + 2L * PADDED_SIDE * 65_535;
    }

    /**
     * Refuses frames before memory is reserved for them.
     *
     * @param width pixels across, as declared
     * @param height pixels down, as declared
     * @param file where they come from
     * @throws IOException if they have too many pixels
     */
    static void require(int width, int height, Path file) throws IOException {
        require(width, height, Runtime.getRuntime().maxMemory() / HEAP_PARTS, file);
    }

    static void require(int width, int height, long most, Path file) throws IOException {
        long pixels = (long) width * height;
        if (pixels > MAX_PIXELS) {
            throw new IOException("expected frames of at most " + MAX_PIXELS + " pixels, but was " + width + "x"
                    + height + " (" + file + ")");
        }
        if (RGB_BYTES * pixels > most) {
            throw new IOException(
                    "expected frames that take at most " + most + " bytes, an eighth of the heap, but was " + width
                            + "x" + height + ", which takes " + RGB_BYTES * pixels + " (" + file + ")");
        }
    }
}
