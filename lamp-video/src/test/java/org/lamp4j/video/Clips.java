package org.lamp4j.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/** Clips that tests write and read back. */
final class Clips {

    private Clips() {}

    /** An image without any symmetry: red grows to the right, green downwards, a bright square sits near a corner. */
    static RgbImage scene(FrameSize size, int squareX) {
        byte[] rgb = new byte[size.width() * size.height() * 3];
        int side = Math.max(1, Math.min(size.width(), size.height()) / 4);
        for (int y = 0; y < size.height(); y++) {
            for (int x = 0; x < size.width(); x++) {
                boolean square = x >= squareX && x < squareX + side && y >= side / 2 && y < side / 2 + side;
                int pixel = (y * size.width() + x) * 3;
                rgb[pixel] = (byte) (square ? 235 : 30 + 180 * x / size.width());
                rgb[pixel + 1] = (byte) (square ? 225 : 20 + 200 * y / size.height());
                rgb[pixel + 2] = (byte) (square ? 215 : 40);
            }
        }
        return RgbImage.of(size, rgb);
    }

    /** The pixels of an image as a decoder leaves them: opaque, with some bytes between two rows. */
    static StoredPixels stored(RgbImage image, int pixelBytes) {
        int padding = 5;
        int rowDistance = image.size().width() * pixelBytes + padding;
        ByteBuffer bytes = ByteBuffer.allocate(rowDistance * image.size().height());
        for (int y = 0; y < image.size().height(); y++) {
            bytes.position(y * rowDistance);
            for (int x = 0; x < image.size().width(); x++) {
                for (int channel = 0; channel < 3; channel++) {
                    bytes.put((byte) image.valueAt(x, y, channel));
                }
                if (pixelBytes > 3) {
                    bytes.put((byte) 255);
                }
            }
        }
        return new StoredPixels(bytes.clear(), rowDistance, pixelBytes);
    }

    /** The scene with its square moving to the right. */
    static VideoClip scene(FrameSize size, int frameCount, double framesPerSecond) {
        return VideoClip.of(
                IntStream.range(0, frameCount)
                        .mapToObj(frameIndex -> scene(size, frameIndex))
                        .toList(),
                framesPerSecond);
    }

    /** An image of one colour. */
    static RgbImage plain(FrameSize size, int red, int green, int blue) {
        byte[] rgb = new byte[size.width() * size.height() * 3];
        for (int pixel = 0; pixel < rgb.length; pixel += 3) {
            rgb[pixel] = (byte) red;
            rgb[pixel + 1] = (byte) green;
            rgb[pixel + 2] = (byte) blue;
        }
        return RgbImage.of(size, rgb);
    }

    /** What a network that has learned nothing draws. */
    static VideoClip noise(FrameSize size, int frameCount, long seed) {
        Random random = new Random(seed);
        List<RgbImage> frames = new ArrayList<>();
        for (int frameIndex = 0; frameIndex < frameCount; frameIndex++) {
            byte[] rgb = new byte[size.width() * size.height() * 3];
            random.nextBytes(rgb);
            frames.add(RgbImage.of(size, rgb));
        }
        return VideoClip.of(frames, 8);
    }

    /** Writes a clip in a format that the library itself only reads. */
    static void write(VideoFormat format, VideoClip clip, Path file) throws IOException {
        VideoEncoder.write(format, clip, image -> image, file);
    }

    /** Writes a clip whose frames are shown at the given times, in milliseconds. */
    static void write(VideoFormat format, VideoClip clip, long[] times, Path file) throws IOException {
        try (AVRational clock = avutil.av_make_q(1, 1000);
                VideoEncoder encoder = new VideoEncoder(format, clip.frameSize(), clock, Map.of(), file)) {
            for (int frameIndex = 0; frameIndex < clip.frameCount(); frameIndex++) {
                encoder.add(clip.frames().get(frameIndex), times[frameIndex]);
            }
            encoder.finish();
        }
    }

    /** A format without limits. */
    static VideoFormat format(String container, String encoder, String filters, Map<String, String> options) {
        return new VideoFormat(container, encoder, filters, VideoFormat.Limits.NONE, options, Map.of());
    }

    /** Peak signal-to-noise ratio of the worst frame, in dB; infinite for equal clips. */
    static double psnr(VideoClip expected, VideoClip actual) {
        return IntStream.range(0, expected.frameCount())
                .mapToDouble(frameIndex ->
                        psnr(expected.frames().get(frameIndex), actual.frames().get(frameIndex)))
                .min()
                .orElseThrow();
    }

    static double psnr(RgbImage expected, RgbImage actual) {
        byte[] left = expected.toRgbBytes();
        byte[] right = actual.toRgbBytes();
        if (left.length != right.length) {
            throw new AssertionError("expected " + expected.size() + ", but was " + actual.size());
        }
        double squares = 0;
        for (int index = 0; index < left.length; index++) {
            double difference = (left[index] & 0xff) - (right[index] & 0xff);
            squares += difference * difference;
        }
        return 10 * Math.log10(255.0 * 255 * left.length / squares);
    }
}
