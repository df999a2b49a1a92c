package org.lamp4j.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lamp4j.fuzz.ReaderFuzzTest;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/** Images and clips. A crash of FFmpeg is a failure that names the case. */
class FfmpegMediaFilesFuzzTest extends ReaderFuzzTest {

    private static final FrameSize SIZE = new FrameSize(32, 16);

    private final FfmpegMediaFiles reader = new FfmpegMediaFiles();

    @Override
    protected boolean isNative() {
        return true;
    }

    /** A damaged clip may have a dozen frames of the largest size, each three bytes for a pixel. */
    @Override
    protected long mostAllocatedBytes() {
        return 1L << 31;
    }

    @Override
    protected List<Path> write(Path folder) throws IOException {
        VideoClip clip = Clips.scene(SIZE, 6, 8);
        MediaWriter writer = MediaWriter.newBuilder().build();
        for (String name : List.of("clip.mp4", "clip.webm", "clip.gif")) {
            writer.writeClip(clip, folder.resolve(name));
        }
        Clips.write(Clips.format("avi", "mjpeg", "format=yuvj420p", Map.of()), clip, folder.resolve("clip.avi"));
        Clips.write(Clips.format("mov", "mpeg4", "format=yuv420p", Map.of()), clip, folder.resolve("clip.mov"));
        // its rows are put together by a filter, which sees damaged frames, too
        Clips.write(
                Clips.format("matroska", "mpeg2video", "format=yuv420p,setfield=tff", Map.of("flags", "+ildct+ilme")),
                VideoClip.of(clip.frames(), 25),
                folder.resolve("clip.mkv"));
        RgbImage image = clip.frames().get(0);
        writer.writeImage(image, folder.resolve("image.png"));
        Clips.write(
                Clips.format("image2pipe", "libwebp", "format=bgra", Map.of()),
                VideoClip.of(List.of(image), 1),
                folder.resolve("image.webp"));
        Files.write(folder.resolve("image.jpg"), ImageDecoderTest.jpeg(image));
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Override
    protected void read(Path file) throws IOException {
        if (reader.isImage(file)) {
            reader.readImage(file);
        } else {
            readFrames(file);
        }
    }

    private void readFrames(Path file) throws IOException {
        try (FrameReader frames = reader.openClip(file)) {
            Optional<RgbImage> frame = frames.next();
            while (frame.isPresent()) {
                frame = frames.next();
            }
        }
    }
}
