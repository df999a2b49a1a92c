package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.ImageFile;
import org.lamp4j.media.MediaFiles;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * Videos and images through FFmpeg. It reads MP4, MOV, WebM, MKV, AVI and GIF, folders of images, and PNG, JPEG and
 * WebP images, and writes clips as {@link MediaWriter} does without an enlargement.
 *
 * <p>Frames come as they are stored, one for one, also when their rate varies; the rate is then the mean. They are set
 * upright as the file says (display matrix, EXIF), transparency is laid over black, and colours of any depth and range
 * become 8-bit RGB. Pixels that a file declares not to be square are not stretched. A folder of images does not say its
 * rate; it is taken as 8 frames per second, the rate of LAMP's clips, and its frames must be of one size.
 *
 * <p>Interlaced frames are made whole by FFmpeg's bwdif, one for each stored frame, so nothing moves in combs.
 *
 * <p>A file that is empty, cut off or damaged is an {@link IOException} that names it; nothing is printed. Thread-safe;
 * the clips it opens are not.
 */
public final class FfmpegMediaFiles implements MediaFiles {

    /**
     * The second row is refused when it is opened: a video that is passed over without a word would be missed too late.
     */
    private static final Set<String> CLIP_ENDINGS = Set.of(
            "mp4", "m4v", "mov", "webm", "mkv", "avi", "gif", //
            "ts", "mts", "m2ts", "mpg", "mpeg", "flv", "ogv", "wmv", "asf", "apng");

    private static final MediaWriter WRITER = MediaWriter.newBuilder().build();

    /** Makes one; {@link java.util.ServiceLoader} does so as well. */
    public FfmpegMediaFiles() {}

    /**
     * {@inheritDoc}
     *
     * <p>A folder is a clip if it holds a file whose name ends like an image's.
     */
    @Override
    public boolean isClip(Path file) {
        if (Files.isDirectory(file)) {
            try {
                return !ImageFolder.images(file).isEmpty();
            } catch (IOException unreadable) {
                return false;
            }
        }
        return CLIP_ENDINGS.contains(FileEnding.of(file));
    }

    @Override
    public boolean isImage(Path file) {
        return ImageFolder.isImage(file);
    }

    /**
     * {@inheritDoc}
     *
     * @throws org.lamp4j.errors.BackendMissingException if FFmpeg has no native libraries for this platform; the
     *     message says which
     */
    @Override
    public FrameReader openClip(Path file) throws IOException {
        return Files.isDirectory(file) ? new ImageFolder(file) : new VideoDecoder(file);
    }

    /**
     * {@inheritDoc}
     *
     * @throws org.lamp4j.errors.BackendMissingException if FFmpeg has no native libraries for this platform; the
     *     message says which
     */
    @Override
    public void writeClip(VideoClip clip, Path file) throws IOException {
        WRITER.writeClip(clip, file);
    }

    /**
     * {@inheritDoc}
     *
     * @throws org.lamp4j.errors.BackendMissingException if FFmpeg has no native libraries for this platform; the
     *     message says which
     */
    @Override
    public RgbImage readImage(Path file) throws IOException {
        return ImageDecoder.read(file);
    }

    /** {@inheritDoc} Always decoded here: the content says which image it is. */
    @Override
    public Optional<RgbImage> decodeImage(ImageFile image) throws IOException {
        return Optional.of(ImageDecoder.decode(image));
    }
}
