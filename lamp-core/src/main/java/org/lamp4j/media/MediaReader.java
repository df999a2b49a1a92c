package org.lamp4j.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ServiceLoader;

/**
 * Reads video files and pictures in whatever formats it knows; lamp-video has one built on FFmpeg. Safe for several
 * threads.
 */
public interface MediaReader extends PictureReader {

    /**
     * Returns the reader that is on the class path.
     *
     * @return the reader
     * @throws IllegalStateException if there is none
     */
    static MediaReader installed() {
        return ServiceLoader.load(MediaReader.class)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("expected a reader of video files on the class path, but"
                        + " there is none; add org.lamp4j:lamp-video"));
    }

    /**
     * Tells whether a file looks like a clip this reader can decode, by its name alone.
     *
     * @param file a file or a folder of numbered pictures
     * @return whether {@link #openClip} may be tried
     */
    boolean isClip(Path file);

    /**
     * Opens a clip for reading, frame by frame.
     *
     * @param file a video file, an animated GIF, or a folder of pictures in the order of their names
     * @return the open clip; the caller closes it
     * @throws IOException if it cannot be read; the message names the file, what was expected and what was found
     */
    FrameReader openClip(Path file) throws IOException;
}
