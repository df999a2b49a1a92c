package org.lamp4j.media;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads pictures in formats that Java itself does not know; {@link RgbImage#read} finds one by
 * {@link java.util.ServiceLoader}, and lamp-video has one built on FFmpeg. Safe for several threads.
 */
public interface PictureReader {

    /**
     * Tells whether a file looks like a picture this reader can decode, by its name alone.
     *
     * @param file a file
     * @return whether {@link #readImage} may be tried
     */
    boolean isImage(Path file);

    /**
     * Reads a picture, upright, transparency laid over black.
     *
     * @param file a picture
     * @return the picture
     * @throws IOException if it cannot be read; the message names the file, what was expected and what was found
     */
    RgbImage readImage(Path file) throws IOException;
}
