package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * A writer of clips and images to files.
 *
 * <pre>{@code
 * MediaWriter writer = MediaWriter.newBuilder().enlargement(4).build();
 * writer.writeClip(clip, Path.of("clip.mp4"));
 * writer.writeImage(firstFrame, Path.of("first.png"));
 * }</pre>
 *
 * <p>A file appears whole or not at all: it is written under another name beside its place and renamed. A file that is
 * there already is replaced; missing parent folders are made. Immutable, safe for several threads. Where FFmpeg has no
 * native libraries for the platform, writing throws {@link org.lamp4j.errors.BackendMissingException}, which says what
 * to add.
 */
public final class MediaWriter {

    private static final int MAX_ENLARGEMENT = 64;

    /** The names that {@link #frameName} gives, and no others, which are the user's. */
    private static final Pattern FRAME_NAMES = Pattern.compile("frame([0-9]{4}|[1-9][0-9]{4,})\\.png");

    private final int enlargement;

    private MediaWriter(Builder builder) {
        this.enlargement = builder.enlargement;
    }

    /**
     * Starts a writer that writes every pixel as it is.
     *
     * @return a new builder
     */
    public static Builder newBuilder() {
        return new Builder();
    }

    /**
     * Writes a clip as a video file; the ending of the file's name chooses the format.
     *
     * <table>
     * <caption>Formats</caption>
     * <tr><th>ending</th><th>written as</th></tr>
     * <tr><td>{@code .mp4}</td><td>H.264, yuv420p, index at the front: plays in every browser</td></tr>
     * <tr><td>{@code .webm}</td><td>VP9, yuv420p</td></tr>
     * <tr><td>{@code .gif}</td><td>endless loop, 256 colours chosen from the clip</td></tr>
     * </table>
     *
     * <p>yuv420p has one colour per 2×2 pixels, so an odd width or height is made even by repeating the last column or
     * row. A GIF counts time in hundredths of a second, and browsers slow down anything faster than 50 frames per
     * second: a faster clip is written at 50. The provenance of the clip is stored as the comment of an MP4 or WebM.
     *
     * @param clip the clip
     * @param file where to; its name ends in one of the above, in any case
     * @throws IllegalArgumentException if the name has another ending, the frames of an MP4 would be smaller than 16×16
     *     pixels, frames would have more than {@link RgbImage#MAX_PIXELS} pixels when enlarged, or the clip has fewer
     *     than 0.01 or more than 1000 frames per second
     * @throws IOException if it cannot be written; the message names the file
     */
    public void writeClip(VideoClip clip, Path file) throws IOException {
        requireClip(clip.frameSize(), clip.framesPerSecond(), file);
        write(file, temporary -> encode(VideoFormat.ofFileName(file), clip, temporary, file));
    }

    /**
     * Refuses what {@link #writeClip} would refuse, before there is a clip.
     *
     * @param size of its frames
     * @param framesPerSecond its rate
     * @param file where it is to go
     * @throws IllegalArgumentException as {@link #writeClip} throws it
     */
    public void requireClip(FrameSize size, double framesPerSecond, Path file) {
        List<VideoFormat> formats = VideoFormat.ofFileName(file);
        if (!VideoClip.isStorable(framesPerSecond)) {
            throw new IllegalArgumentException("expected a rate of 0.01 to 1000 frames per second, but was "
                    + framesPerSecond + " (MediaWriter.writeClip)");
        }
        FrameSize enlarged = PixelGrid.enlarged(size, enlargement);
        formats.forEach(format -> format.requireSize(
                PixelGrid.paddedToMultiple(enlarged, format.limits().pixelStep())));
    }

    /**
     * Refuses what {@link #writeFrames} and {@link #writeImage} would refuse, before there are frames.
     *
     * @param size of the frames
     * @throws IllegalArgumentException if frames would have more than {@link RgbImage#MAX_PIXELS} pixels when enlarged
     */
    public void requireFrames(FrameSize size) {
        PixelGrid.enlarged(size, enlargement);
    }

    /**
     * Writes the frames of a clip as {@code frame0000.png}, {@code frame0001.png} and so on. A new folder appears whole
     * or not at all. Files of such names that are there already are replaced once all new ones are made, and those
     * beyond the clip's end removed, so that the folder holds this clip alone; files of other names stay.
     *
     * @param clip the clip
     * @param folder where to; made if it is not there
     * @throws IllegalArgumentException if frames would have more than {@link RgbImage#MAX_PIXELS} pixels when enlarged
     * @throws IOException if a frame cannot be written; the message names the file
     */
    public void writeFrames(VideoClip clip, Path folder) throws IOException {
        requireFrames(clip.frameSize());
        AtomicFolder.write(folder, FRAME_NAMES, staged -> {
            for (int frameIndex = 0; frameIndex < clip.frameCount(); frameIndex++) {
                String name = frameName(frameIndex);
                encodePng(clip.frames().get(frameIndex), staged.resolve(name), folder.resolve(name));
            }
        });
    }

    /**
     * Writes an image as a PNG, without loss.
     *
     * @param image the image
     * @param file where to; its name ends in {@code .png}, in any case
     * @throws IllegalArgumentException if the name has another ending, or the image would have more than
     *     {@link RgbImage#MAX_PIXELS} pixels when enlarged
     * @throws IOException if it cannot be written; the message names the file
     */
    public void writeImage(RgbImage image, Path file) throws IOException {
        if (!FileEnding.of(file).equals("png")) {
            throw new IllegalArgumentException(
                    "expected a file name ending in .png, but was " + file.getFileName() + " (MediaWriter.writeImage)");
        }
        requireFrames(image.size());
        write(file, temporary -> encodePng(image, temporary, file));
    }

    private static void write(Path file, AtomicFile.NamedContent content) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        AtomicFile.writeNamed(file, content);
    }

    private void encode(List<VideoFormat> formats, VideoClip clip, Path temporary, Path file) throws IOException {
        for (Iterator<VideoFormat> remaining = formats.iterator(); remaining.hasNext(); ) {
            VideoFormat format = remaining.next();
            try {
                VideoEncoder.write(
                        format, clip, image -> prepare(image, format.limits().pixelStep()), temporary);
                return;
            } catch (EncodingException refusal) {
                if (refusal.isOfFile() || !remaining.hasNext()) {
                    throw new IOException(refusal.getMessage() + " (" + file + ")", refusal);
                }
            }
        }
    }

    private void encodePng(RgbImage image, Path temporary, Path file) throws IOException {
        encode(List.of(VideoFormat.PNG), VideoClip.of(List.of(image), 1), temporary, file);
    }

    private RgbImage prepare(RgbImage image, int pixelStep) {
        return PixelGrid.padToMultiple(PixelGrid.enlarge(image, enlargement), pixelStep);
    }

    private static String frameName(int frameIndex) {
        return String.format(Locale.ROOT, "frame%04d.png", frameIndex);
    }

    /** A builder of a {@link MediaWriter}. */
    public static final class Builder {

        private int enlargement = 1;

        private Builder() {}

        /**
         * Shows each pixel as a square of this many pixels a side, so that the result of a tiny model can be looked at.
         *
         * @param factor 1 to 64; the default is 1, every pixel as it is
         * @return this builder
         * @throws IllegalArgumentException if it is outside of that
         */
        public Builder enlargement(int factor) {
            if (factor < 1 || factor > MAX_ENLARGEMENT) {
                throw new IllegalArgumentException("expected an enlargement of 1 to " + MAX_ENLARGEMENT + ", but was "
                        + factor + " (MediaWriter.Builder.enlargement)");
            }
            this.enlargement = factor;
            return this;
        }

        /**
         * Makes the writer.
         *
         * @return a writer with the settings given so far
         */
        public MediaWriter build() {
            return new MediaWriter(this);
        }
    }
}
