package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.VideoClip;
import org.lamp4j.video.MediaWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a generated clip goes, and in which format. */
final class VideoOutput {

    private static final Set<String> VIDEO_ENDINGS = Set.of("mp4", "webm", "gif");

    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "A .mp4, .webm or .gif file; a name without an ending is a folder for one PNG per frame.")
    private Path path;

    @Mixin
    private OverwriteOption overwrite;

    @Option(
            names = "--enlarge",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "Show each pixel as a square this many pixels wide. Default: ${DEFAULT-VALUE}.")
    private int enlargement;

    /**
     * Prepares the writing before the work begins, so that a wrong name does not cost an hour.
     *
     * @param size of the clip's frames
     * @param framesPerSecond the clip's rate
     * @throws IllegalArgumentException if the name's ending, the size or the rate is none that can be written
     * @throws IOException if nothing can be written there, or something is there that may not be replaced
     */
    Sink open(FrameSize size, double framesPerSecond) throws IOException {
        if (path.getFileName() == null || path.getFileName().toString().indexOf('.') < 0) {
            MediaWriter writer = writer();
            writer.requireFrames(size);
            Path folder = overwrite.folder(path);
            return clip -> writer.writeFrames(clip, folder);
        }
        if (!isVideo(path.toString())) {
            throw new IllegalArgumentException(
                    "expected --output to end in .mp4, .webm or .gif, or to be a folder, but was " + path);
        }
        return open(path, size, framesPerSecond);
    }

    /**
     * Prepares the writing of another file, whose name ends as that of a video.
     *
     * @param size of the clip's frames
     * @param framesPerSecond the clip's rate
     * @throws IllegalArgumentException if the size or the rate is none that can be written
     * @throws IOException if nothing can be written there, or something is there that may not be replaced
     */
    Sink open(Path file, FrameSize size, double framesPerSecond) throws IOException {
        MediaWriter writer = writer();
        writer.requireClip(size, framesPerSecond, file);
        overwrite.file(file);
        return clip -> writer.writeClip(clip, file);
    }

    private MediaWriter writer() {
        return MediaWriter.newBuilder().enlargement(enlargement).build();
    }

    static boolean isVideo(String name) {
        return VIDEO_ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /** Returns whether something is there that may not be replaced. */
    boolean mustStay(Path file) {
        return overwrite.mustStay(file);
    }

    Path path() {
        return path;
    }

    /** Takes the finished clip. */
    interface Sink {
        void write(VideoClip clip) throws IOException;
    }
}
