package org.lamp4j.examples.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.lamp4j.files.ScratchFolder;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.video.MediaWriter;

/** An image or a clip inside a page, with what stands below it. */
public final class Figure {

    /** What browsers show; a video plays without sound and over and over. */
    private static final Map<String, String> TYPES =
            Map.of("png", "image/png", "gif", "image/gif", "mp4", "video/mp4", "webm", "video/webm");

    /** Small images are enlarged to about this many pixels across, in whole steps, so that pixels stay squares. */
    private static final int LEAST_WIDTH = 256;

    private final String type;
    private final byte[] content;
    private final String caption;

    private Figure(String type, byte[] content, String caption) {
        this.type = type;
        this.content = content;
        this.caption = caption;
    }

    /**
     * Takes a file as it is.
     *
     * @param file a .png, .gif, .mp4 or .webm file
     * @param caption what stands below it
     * @return the figure
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if the name has another ending
     */
    public static Figure ofFile(Path file, String caption) throws IOException {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            throw new IllegalArgumentException(
                    "expected a .png, .gif, .mp4 or .webm file, but was " + file + " (Figure.ofFile)");
        }
        return new Figure(type, Files.readAllBytes(file), caption);
    }

    /**
     * Takes an image.
     *
     * @param image the image
     * @param caption what stands below it
     * @return the figure
     * @throws IOException if no temporary file can be written
     */
    public static Figure of(RgbImage image, String caption) throws IOException {
        return written(".png", caption, image::write);
    }

    /**
     * Takes a clip.
     *
     * @param clip the clip
     * @param caption what stands below it
     * @return the figure
     * @throws IOException if no temporary file can be written
     */
    public static Figure of(VideoClip clip, String caption) throws IOException {
        return written(".mp4", caption, file -> enlarging(clip.frameSize()).writeClip(clip, file));
    }

    /**
     * Returns a writer that makes small frames large enough to be looked at.
     *
     * @param size size of the frames
     * @return the writer
     */
    public static MediaWriter enlarging(FrameSize size) {
        int enlargement = Math.max(1, LEAST_WIDTH / size.width());
        return MediaWriter.newBuilder().enlargement(Math.min(enlargement, 64)).build();
    }

    @FunctionalInterface
    private interface Writing {
        void to(Path file) throws IOException;
    }

    private static Figure written(String ending, String caption, Writing writing) throws IOException {
        try (ScratchFolder scratch = ScratchFolder.ofSystem()) {
            Path file = scratch.path().resolve("figure" + ending);
            writing.to(file);
            return ofFile(file, caption);
        }
    }

    /** Returns the figure as HTML. */
    String html() {
        String data = "data:" + type + ";base64," + Base64.getEncoder().encodeToString(content);
        String alt = Html.escape(caption);
        String shown = type.startsWith("image/")
                ? "<img alt=\"" + alt + "\" src=\"" + data + "\">"
                : "<video autoplay loop muted playsinline controls aria-label=\"" + alt + "\" src=\"" + data
                        + "\"></video>";
        return "<figure>" + shown + "<figcaption>" + alt + "</figcaption></figure>\n";
    }
}
