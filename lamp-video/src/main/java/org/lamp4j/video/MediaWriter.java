package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * Writes clips and pictures to files.
 *
 * <pre>{@code
 * MediaWriter writer = MediaWriter.newBuilder().enlargement(4).build();
 * writer.writeClip(clip, Path.of("clip.mp4"));
 * writer.writeImage(firstFrame, Path.of("first.png"));
 * }</pre>
 *
 * <p>A file appears whole or not at all: it is written under another name beside its place and renamed. A file that is
 * there already is replaced; missing parent folders are made. Immutable, safe for several threads.
 */
public final class MediaWriter {

    private static final int MAX_ENLARGEMENT = 64;

    /** Large enough for every rate in use, 24000/1001 and 60000/1001 among them. */
    private static final int MAX_RATE_TERM = 1_001_000;

    private static final String FRAME_GLOB = "frame[0-9][0-9][0-9][0-9]*.png";

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
     * @throws IllegalArgumentException if the name has another ending
     * @throws IOException if it cannot be written; the message names the file
     */
    public void writeClip(VideoClip clip, Path file) throws IOException {
        VideoFormat format = VideoFormat.ofFileName(file);
        WholeFile.write(file, temporary -> encode(format, clip, temporary));
    }

    /**
     * Writes the frames of a clip as {@code frame0000.png}, {@code frame0001.png} and so on. Pictures of that form that
     * are there already are removed first, so that the folder holds this clip alone.
     *
     * @param clip the clip
     * @param folder where to; made if it is not there
     * @throws IOException if a frame cannot be written; the message names the file
     */
    public void writeFrames(VideoClip clip, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path staged = Files.createDirectory(WholeFile.besides(folder, "frames"));
        try {
            for (int frameIndex = 0; frameIndex < clip.frameCount(); frameIndex++) {
                encodePng(clip.frames().get(frameIndex), staged.resolve(frameName(frameIndex)));
            }
            deleteFrames(folder);
            for (int frameIndex = 0; frameIndex < clip.frameCount(); frameIndex++) {
                WholeFile.move(staged.resolve(frameName(frameIndex)), folder.resolve(frameName(frameIndex)));
            }
        } finally {
            deleteFrames(staged);
            Files.delete(staged);
        }
    }

    /**
     * Writes a picture as a PNG, without loss.
     *
     * @param image the picture
     * @param file where to; its name ends in {@code .png}, in any case
     * @throws IllegalArgumentException if the name has another ending
     * @throws IOException if it cannot be written; the message names the file
     */
    public void writeImage(RgbImage image, Path file) throws IOException {
        String name = file.getFileName().toString();
        if (!name.toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new IllegalArgumentException(
                    "expected a file name ending in .png, but was " + name + " (MediaWriter.writeImage)");
        }
        WholeFile.write(file, temporary -> encodePng(image, temporary));
    }

    private void encode(VideoFormat format, VideoClip clip, Path file) throws IOException {
        double framesPerSecond = Math.min(clip.framesPerSecond(), format.maxFramesPerSecond());
        try (AVRational rate = avutil.av_d2q(framesPerSecond, MAX_RATE_TERM);
                AVRational clock = avutil.av_inv_q(rate)) {
            FrameSize size = prepare(clip.frames().get(0), format).size();
            try (VideoEncoder encoder = new VideoEncoder(format, size, clock, comment(clip.provenance()), file)) {
                for (int frameIndex = 0; frameIndex < clip.frameCount(); frameIndex++) {
                    encoder.add(prepare(clip.frames().get(frameIndex), format), frameIndex);
                }
                encoder.finish();
            }
        }
    }

    private void encodePng(RgbImage image, Path file) throws IOException {
        encode(VideoFormat.PNG, VideoClip.of(List.of(image), 1), file);
    }

    private RgbImage prepare(RgbImage image, VideoFormat format) {
        return PixelGrid.padToMultiple(PixelGrid.enlarge(image, enlargement), format.pixelStep());
    }

    private static Map<String, String> comment(Map<String, String> provenance) {
        if (provenance.isEmpty()) {
            return Map.of();
        }
        return Map.of(
                "comment",
                provenance.entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining("\n")));
    }

    private static String frameName(int frameIndex) {
        return String.format(Locale.ROOT, "frame%04d.png", frameIndex);
    }

    private static void deleteFrames(Path folder) throws IOException {
        try (DirectoryStream<Path> frames = Files.newDirectoryStream(folder, FRAME_GLOB)) {
            for (Path frame : frames) {
                Files.delete(frame);
            }
        }
    }

    /** Collects the settings of a {@link MediaWriter}. */
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
