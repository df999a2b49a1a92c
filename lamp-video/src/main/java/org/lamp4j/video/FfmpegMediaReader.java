package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.spi.FrameReader;
import org.lamp4j.spi.MediaReader;

/**
 * Reads MP4, MOV, WebM, MKV, AVI and GIF, folders of pictures, and PNG, JPEG and WebP pictures, with FFmpeg.
 *
 * <p>Frames come as they are stored, one for one, also when their rate varies; the rate is then the mean. They are set
 * upright as the file says (display matrix, EXIF), transparency is laid over black, and colours of any depth and range
 * become 8-bit RGB. Pixels that a file declares not to be square are not stretched. A folder of pictures does not say
 * its rate; it is taken as 8 frames per second, the rate of LAMP's clips, and its frames must be of one size.
 *
 * <p>A file that is empty, cut off or damaged is an {@link IOException} that names it; nothing is printed. Thread-safe;
 * the clips it opens are not.
 */
public final class FfmpegMediaReader implements MediaReader {

    private static final Set<String> CLIP_ENDINGS = Set.of("mp4", "m4v", "mov", "webm", "mkv", "avi", "gif");

    /** Makes a reader; {@link java.util.ServiceLoader} does so as well. */
    public FfmpegMediaReader() {}

    /**
     * {@inheritDoc}
     *
     * <p>A folder is a clip if it holds a file whose name ends like a picture's.
     */
    @Override
    public boolean isClip(Path file) {
        if (Files.isDirectory(file)) {
            try {
                return !PictureFolder.pictures(file).isEmpty();
            } catch (IOException unreadable) {
                return false;
            }
        }
        return CLIP_ENDINGS.contains(FileEnding.of(file));
    }

    @Override
    public boolean isImage(Path file) {
        return PictureFolder.isPicture(file);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if FFmpeg has no native libraries for this platform; the message says which
     */
    @Override
    public FrameReader openClip(Path file) throws IOException {
        return Files.isDirectory(file) ? new PictureFolder(file) : new VideoDecoder(file);
    }

    /**
     * Reads a whole clip. All its frames are in memory then; {@link #openClip} reads one at a time.
     *
     * @param file a video file, an animated GIF, or a folder of pictures in the order of their names
     * @return the clip, without provenance
     * @throws IOException if it cannot be read; the message names the file, what was expected and what was found
     * @throws IllegalStateException if FFmpeg has no native libraries for this platform; the message says which
     */
    public VideoClip readClip(Path file) throws IOException {
        try (FrameReader clip = openClip(file)) {
            return VideoClip.of(clip.next(Integer.MAX_VALUE, 1), clip.framesPerSecond());
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if FFmpeg has no native libraries for this platform; the message says which
     */
    @Override
    public RgbImage readImage(Path file) throws IOException {
        return PictureDecoder.read(file);
    }
}
