package org.lamp4j.media;

import java.nio.ByteBuffer;

/**
 * What an image's header says, and the file without what has nothing to do with its pixels.
 *
 * @param width pixels across, as declared; may be 0
 * @param height pixels down, as declared; may be 0
 * @param pixelBytes what a decoder keeps of one pixel, RGB or RGBA for the caller included
 * @param bytes the file without the rest
 */
record ImageContent(int width, int height, double pixelBytes, ByteBuffer bytes) {

    long decodedBytes() {
        return (long) Math.ceil(pixelBytes * width * height);
    }
}
