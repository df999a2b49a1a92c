package org.lamp4j.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import org.lamp4j.errors.BackendMissingException;

/**
 * The port through which videos and images are read and written; lamp-video implements it with FFmpeg.
 * {@link VideoClip#read}, {@link VideoClip#write} and {@link RgbImage#read(Path)} find it by {@link ServiceLoader};
 * without one, images are PNG and JPEG, decoded by Java's own library, and there are no clips of files. Safe for
 * several threads.
 */
public interface MediaFiles {

    /**
     * Looks for an implementation on the class path.
     *
     * @return the first there is; empty if there is none
     */
    static Optional<MediaFiles> find() {
        return ServiceLoader.load(MediaFiles.class).findFirst();
    }

    /**
     * Returns the implementation that is on the class path.
     *
     * @return the first there is
     * @throws BackendMissingException if there is none
     */
    static MediaFiles installed() {
        return find().orElseThrow(() -> new BackendMissingException("expected a reader and writer of video files on the"
                + " class path, but there is none; add org.lamp4j:lamp-video"));
    }

    /**
     * Tells whether a file looks like a clip that can be decoded, by its name alone.
     *
     * @param file a file or a folder of numbered images
     * @return whether {@link #openClip} may be tried
     */
    boolean isClip(Path file);

    /**
     * Opens a clip for reading, frame by frame.
     *
     * @param file a video file, an animated GIF, or a folder of images in the order of their names
     * @return the open clip; the caller closes it
     * @throws IOException if it cannot be read; the message names the file, what was expected and what was found
     */
    FrameReader openClip(Path file) throws IOException;

    /**
     * Writes a clip, as {@link VideoClip#write} says.
     *
     * @param clip the clip
     * @param file where to; the ending of its name chooses the format
     * @throws IllegalArgumentException if the name has another ending, or the format cannot hold such a clip
     * @throws IOException if it cannot be written; the message names the file
     */
    void writeClip(VideoClip clip, Path file) throws IOException;

    /**
     * Tells whether a file looks like an image that can be decoded, by its name alone.
     *
     * @param file a file
     * @return whether {@link #readImage} may be tried
     */
    boolean isImage(Path file);

    /**
     * Reads an image, upright, transparency laid over black.
     *
     * @param file an image; {@link RgbImage#read(Path)} passes regular files only, other callers any path
     * @return the image
     * @throws IOException if it cannot be read; the message names the file, what was expected and what was found
     */
    RgbImage readImage(Path file) throws IOException;

    /**
     * Decodes an image that came from a stream, or from a file of another name than {@link #isImage} knows. What is
     * left out here, and is PNG or JPEG, is decoded by Java's own library.
     *
     * @param image the image, recognised by its content
     * @return the image, upright, transparency laid over black; empty unless overridden
     * @throws IOException if it is damaged; the message names where it came from
     */
    default Optional<RgbImage> decodeImage(ImageFile image) throws IOException {
        return Optional.empty();
    }
}
