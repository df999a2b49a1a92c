package org.lamp4j.video;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.jspecify.annotations.Nullable;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * A reader of the images that a started JavaCV grabber delivers, from a camera, a stream or a screen, as training clips
 * and first frames. The grabber stays its owner's, who starts and closes it. Threads that share one take turns.
 *
 * <pre>{@code
 * try (FrameGrabber camera = new FFmpegFrameGrabber("/dev/video0")) {
 *     camera.setFormat("video4linux2");
 *     camera.start();
 *     GrabbedFrames frames = GrabbedFrames.of(camera);
 *     VideoClip clip = frames.record(16, 2);
 *     RgbImage firstFrame = frames.nextImage();
 * }
 * }</pre>
 *
 * <p>Files are better read with {@link VideoClip#read}, which sees damage that a grabber passes over.
 */
@SuppressWarnings("exports") // JavaCV is on the class path of whoever uses this: see the package.
public final class GrabbedFrames implements FrameReader {

    private static final double MICROSECONDS = 1e6;

    private final FrameGrabber grabber;
    private @Nullable FrameSize size;
    private OptionalLong firstTimestamp = OptionalLong.empty();
    private long timestamp;
    private boolean closed;

    private GrabbedFrames(FrameGrabber grabber) {
        this.grabber = grabber;
    }

    /**
     * Returns the images of a grabber, from where it stands.
     *
     * @param started a grabber that was started
     * @return its images
     */
    public static GrabbedFrames of(FrameGrabber started) {
        return new GrabbedFrames(started);
    }

    /**
     * Returns the rate that the grabber declares; many cameras deliver fewer in dim light, which {@link #record}
     * measures.
     *
     * @return frames per second, above 0
     * @throws IllegalStateException if it declares none
     */
    @Override
    public synchronized double framesPerSecond() {
        double rate = grabber.getFrameRate();
        if (!(rate > 0) || Double.isInfinite(rate)) {
            throw new IllegalStateException("expected a grabber that knows its rate, but was " + rate
                    + " frames per second (set it with setFrameRate before start)");
        }
        return rate;
    }

    /**
     * Waits for the next image. What else the grabber delivers, sound and data, is passed over.
     *
     * @return the image; empty when the grabber has no more
     * @throws IOException if grabbing fails, the grabber was not started, or the image has another size than those
     *     before or pixels that {@link JavaCvFrames#toImage} does not take, as those of 16 bits a channel
     * @throws IllegalStateException if these frames are closed
     */
    @Override
    public synchronized Optional<RgbImage> next() throws IOException {
        if (closed) {
            throw new IllegalStateException("expected frames of a grabber, but was closed");
        }
        for (Frame frame = grabber.grab(); frame != null; frame = grabber.grab()) {
            if (frame.image != null) {
                timestamp = frame.timestamp;
                firstTimestamp = firstTimestamp.isPresent() ? firstTimestamp : OptionalLong.of(timestamp);
                return Optional.of(checked(toImage(frame)));
            }
        }
        return Optional.empty();
    }

    /** What a camera delivers is no argument of the caller's. */
    private RgbImage toImage(Frame frame) throws IOException {
        try {
            return JavaCvFrames.toImage(frame);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage() + " (" + grabber + ")", e);
        }
    }

    private RgbImage checked(RgbImage image) throws IOException {
        if (size != null && !size.equals(image.size())) {
            throw new IOException("expected a frame of " + size + ", but was " + image.size() + " (" + grabber + ")");
        }
        size = image.size();
        return image;
    }

    /**
     * Waits for the next image, to be animated.
     *
     * @return the image
     * @throws IOException as {@link #next}, or if the grabber has no more
     * @throws IllegalStateException if these frames are closed
     */
    public RgbImage nextImage() throws IOException {
        return next().orElseThrow(
                        () -> new IOException("expected an image, but the grabber has no more (" + grabber + ")"));
    }

    /**
     * Records a clip from here on, all of it in memory.
     *
     * @param frameCount number of frames, at least 1
     * @param frameStride which of the grabber's frames are kept: 1 for all, 2 for every other
     * @return the clip, at the rate at which its frames followed one another by the grabber's clock
     * @throws IOException as {@link #next}, or if the grabber ends before
     * @throws IllegalArgumentException if a number is below 1, or the frames do not fit half of the heap
     * @throws IllegalStateException if neither the grabber's clock nor the grabber tells the rate, or these frames are
     *     closed
     */
    public synchronized VideoClip record(int frameCount, int frameStride) throws IOException {
        firstTimestamp = OptionalLong.empty();
        List<RgbImage> frames = next(frameCount, frameStride);
        if (frames.size() < frameCount) {
            throw new IOException("expected " + frameCount + " frames at stride " + frameStride
                    + ", but the grabber ended after " + frames.size() + " (" + grabber + ")");
        }
        double seconds = (timestamp - firstTimestamp.orElseThrow()) / MICROSECONDS;
        double rate = seconds > 0 ? (frameCount - 1) / seconds : framesPerSecond() / frameStride;
        return VideoClip.of(frames, rate);
    }

    /** Ends these frames; the grabber stays as it is. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
    }
}
