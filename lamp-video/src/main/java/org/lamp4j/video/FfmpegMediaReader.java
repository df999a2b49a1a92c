package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.MediaReader;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * Reads MP4, MOV, WebM, MKV, AVI and GIF, folders of pictures, and PNG, JPEG and WebP pictures, with FFmpeg.
 *
 * <p>Frames come as they are stored, one for one, also when their rate varies; the rate is then the mean. They are set
 * upright as the file says (display matrix, EXIF), transparency is laid over black, and colours of any depth and range
 * become 8-bit RGB. Pixels that a file declares not to be square are not stretched. A folder of pictures does not say
 * its rate; it is taken as 8 frames per second, the rate of LAMP's clips, and its frames must be of one size.
 *
 * <p>Interlaced frames are made whole by FFmpeg's bwdif, one for each stored frame, so nothing moves in combs.
 *
 * <p>A file that is empty, cut off or damaged is an {@link IOException} that names it; nothing is printed. Thread-safe;
 * the clips it opens are not.
 */
public final class FfmpegMediaReader implements MediaReader {

    /** Of all frames of a clip that is read as a whole, in memory: 728 of 768x640. */
    private static final long MAX_CLIP_BYTES = 1L << 30;

    /** A clip may take one of these, since a large frame can take up to twice its size there. */
    private static final int HEAP_PARTS = 4;

    /** The second row is refused when it is opened: a video that is passed over without a word would be missed too late. */
    private static final Set<String> CLIP_ENDINGS = Set.of(
            "mp4", "m4v", "mov", "webm", "mkv", "avi", "gif", //
            "ts", "mts", "m2ts", "mpg", "mpeg", "flv", "ogv", "wmv", "asf", "apng");

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

    /** Returns true: the content of a file says which picture it is. */
    @Override
    public boolean takesAnyName() {
        return true;
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
     * Reads a whole clip. All its frames are in memory then, so a clip may take 1 GiB at most, and a quarter of the heap; {@link
     * #openClip} reads one frame at a time, without end.
     *
     * @param file a video file, an animated GIF, or a folder of pictures in the order of their names
     * @return the clip, without provenance
     * @throws IOException if it cannot be read or is too long; the message names the file, what was expected and what was
     *     found
     * @throws IllegalStateException if FFmpeg has no native libraries for this platform; the message says which
     */
    public VideoClip readClip(Path file) throws IOException {
        return readClip(file, Math.min(MAX_CLIP_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PARTS));
    }

    VideoClip readClip(Path file, long mostBytes) throws IOException {
        try (FrameReader clip = openClip(file)) {
            List<RgbImage> frames = new ArrayList<>();
            for (Optional<RgbImage> frame = clip.next(); frame.isPresent(); frame = clip.next()) {
                FrameSize size = frame.get().size();
                if ((frames.size() + 1) * 3L * size.width() * size.height() > mostBytes) {
                    throw new IOException("expected a clip whose frames take at most " + mostBytes
                            + " bytes, but was more than " + frames.size() + " frames of " + size + " (" + file + ")");
                }
                frames.add(frame.get());
            }
            return VideoClip.of(frames, clip.framesPerSecond());
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
