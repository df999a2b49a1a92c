package org.lamp4j.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameRecorder;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/** Conversion of JavaCV's frames from and to images and clips. */
@SuppressWarnings("exports") // JavaCV is on the class path of whoever uses this: see the package.
public final class JavaCvFrames {

    private static final int GRAY = 1;
    private static final int BGR = 3;
    private static final int BGRA = 4;

    private JavaCvFrames() {}

    /**
     * Copies the pixels of a frame, which a grabber overwrites with its next one.
     *
     * @param frame any frame of FFmpeg's grabber, also one of pixels as they are stored ({@code ImageMode.RAW}), whose
     *     colours then are converted as those of a file are; of other grabbers gray, or blue, green, red, or these and
     *     alpha, 8 bits a channel. Transparency is laid over black
     * @return the image, without provenance
     * @throws IOException if FFmpeg cannot convert the pixels
     * @throws IllegalArgumentException if the frame holds no pixels (but sound or data) or other ones
     */
    public static RgbImage toImage(Frame frame) throws IOException {
        if (frame.image != null && frame.opaque instanceof AVFrame stored) {
            // The number of channels is a guess of JavaCV's, from the row's length and so from its padding too.
            try (FrameConverter converter = new FrameConverter("a frame of JavaCV")) {
                return converter.toImage(stored);
            }
        }
        if (frame.image == null || frame.imageDepth != Frame.DEPTH_UBYTE || !hasChannels(frame)) {
            throw new IllegalArgumentException("expected a frame of 1, 3 or 4 channels of 8 bits, but was "
                    + (frame.image == null
                            ? "one without pixels"
                            : frame.imageChannels + " channels of depth " + frame.imageDepth)
                    + " (JavaCvFrames.toImage)");
        }
        ByteBuffer pixels = (ByteBuffer) frame.image[0];
        byte[] stored = new byte[frame.imageWidth * frame.imageChannels];
        byte[] rgb = new byte[frame.imageWidth * BGR];
        return RgbImage.ofRows(new FrameSize(frame.imageWidth, frame.imageHeight), y -> {
            pixels.get(y * frame.imageStride, stored);
            toRgb(stored, frame.imageChannels, rgb);
            return rgb;
        });
    }

    private static boolean hasChannels(Frame frame) {
        return frame.imageChannels == GRAY || frame.imageChannels == BGR || frame.imageChannels == BGRA;
    }

    private static void toRgb(byte[] stored, int channels, byte[] rgb) {
        for (int x = 0; x < rgb.length / BGR; x++) {
            int from = x * channels;
            int alpha = channels == BGRA ? stored[from + BGR] & 0xff : 255;
            for (int channel = 0; channel < BGR; channel++) {
                int value = stored[channels == GRAY ? from : from + BGR - 1 - channel] & 0xff;
                rgb[x * BGR + channel] = (byte) ((value * alpha + 127) / 255);
            }
        }
    }

    /**
     * Returns a frame of an image's pixels.
     *
     * @param image the image
     * @return a new frame of blue, green and red, 8 bits each; the caller closes it
     */
    public static Frame toFrame(RgbImage image) {
        int width = image.size().width();
        int height = image.size().height();
        Frame frame = new Frame(width, height, Frame.DEPTH_UBYTE, BGR);
        ByteBuffer pixels = (ByteBuffer) frame.image[0];
        byte[] row = new byte[width * BGR];
        byte[] rgb = image.toRgbBytes();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < row.length; x += BGR) {
                int from = y * row.length + x;
                row[x] = rgb[from + 2];
                row[x + 1] = rgb[from + 1];
                row[x + 2] = rgb[from];
            }
            pixels.put(y * frame.imageStride, row);
        }
        return frame;
    }

    /**
     * Records all frames of a clip. Size, rate and format are the recorder's own.
     *
     * @param clip the clip
     * @param recorder a started recorder; stays open
     * @throws IOException if it cannot record them
     */
    public static void record(VideoClip clip, FrameRecorder recorder) throws IOException {
        for (RgbImage image : clip.frames()) {
            try (Frame frame = toFrame(image)) {
                recorder.record(frame);
            }
        }
    }
}
