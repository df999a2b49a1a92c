package org.lamp4j.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.MediaFiles;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * Knows {@code .clip} files, which hold nothing but a number of frames, and {@code .pixel} files, which hold three
 * bytes.
 */
public final class FakeMediaFiles implements MediaFiles {

    /** Returns a clip of two-pixel blocks whose colours tell clip, frame and place. */
    public static VideoClip clip(int clipNumber, int frameCount, FrameSize size) {
        return VideoClip.of(
                IntStream.range(0, frameCount)
                        .mapToObj(frame -> frame(clipNumber, frame, size))
                        .toList(),
                8);
    }

    private static RgbImage frame(int clipNumber, int frame, FrameSize size) {
        byte[] rgb = new byte[size.width() * size.height() * 3];
        for (int pixel = 0; pixel < size.width() * size.height(); pixel++) {
            rgb[3 * pixel] = (byte) (clipNumber * 16);
            rgb[3 * pixel + 1] = (byte) (frame * 8);
            rgb[3 * pixel + 2] = (byte) (pixel % size.width() / 2 * 10);
        }
        return RgbImage.of(size, rgb);
    }

    @Override
    public boolean isClip(Path file) {
        return file.getFileName().toString().endsWith(".clip");
    }

    @Override
    public boolean isImage(Path file) {
        return file.getFileName().toString().endsWith(".pixel");
    }

    @Override
    public FrameReader openClip(Path file) throws IOException {
        int frameCount = Integer.parseInt(Files.readString(file).strip());
        return new FrameReader() {
            private int next;

            @Override
            public double framesPerSecond() {
                return 8;
            }

            @Override
            public Optional<RgbImage> next() {
                return next < frameCount ? Optional.of(frame(0, next++, new FrameSize(8, 4))) : Optional.empty();
            }

            @Override
            public void close() {
                next = frameCount;
            }
        };
    }

    /** Writes the number of frames, so that they are read back as those of clip 0. */
    @Override
    public void writeClip(VideoClip clip, Path file) throws IOException {
        Files.writeString(file, Integer.toString(clip.frameCount()));
    }

    @Override
    public RgbImage readImage(Path file) throws IOException {
        return RgbImage.of(new FrameSize(1, 1), Files.readAllBytes(file));
    }
}
