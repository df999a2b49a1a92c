package org.lamp4j.media;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads pictures; {@link RgbImage#read} finds one by {@link java.util.ServiceLoader}, and lamp-video has one built on FFmpeg. A
 * reader that claims a file by its name comes first, then one that {@linkplain #takesAnyName takes any name}; only without such
 * a reader PNG and JPEG are decoded by Java's own library. Safe for several threads.
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
     * Tells whether this reader goes by the content of files, and so decides about all that no reader claims by their names.
     *
     * @return whether {@link #readImage} may be tried with a file of any name; false unless overridden
     */
    default boolean takesAnyName() {
        return false;
    }

    /**
     * Reads a picture, upright, transparency laid over black.
     *
     * @param file a picture; {@link RgbImage#read} passes regular files only, other callers any path
     * @return the picture
     * @throws IOException if it cannot be read; the message names the file, what was expected and what was found
     */
    RgbImage readImage(Path file) throws IOException;
}
