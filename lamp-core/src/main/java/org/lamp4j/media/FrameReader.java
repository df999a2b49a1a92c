package org.lamp4j.media;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lamp4j.tensor.HeapLimit;

/** A reader of a clip, one frame at a time. Threads that share it take turns; closing waits for the frame under way. */
public interface FrameReader extends Closeable {

    /**
     * Returns the rate of the clip; for a clip of variable rate, its mean.
     *
     * @return frames per second, above 0
     */
    double framesPerSecond();

    /**
     * Decodes the next frame.
     *
     * @return the frame, upright, of the same size as the others; empty after the last
     * @throws IOException if the file is damaged at this place; the message names the file and the frame
     * @throws IllegalStateException if the clip is closed
     */
    Optional<RgbImage> next() throws IOException;

    /**
     * Decodes frames at equal distances, which are all in memory then.
     *
     * @param frameCount how many frames at most
     * @param frameStride distance in frames: 1 for every frame
     * @return the next frame, and every {@code frameStride}-th after it; fewer if the clip ends before
     * @throws IOException if the file is damaged; the message names the file and the frame
     * @throws IllegalArgumentException if a number is below 1, or the frames do not fit half of the heap
     * @throws IllegalStateException if the clip is closed
     */
    default List<RgbImage> next(int frameCount, int frameStride) throws IOException {
        if (frameCount < 1 || frameStride < 1) {
            throw new IllegalArgumentException("expected 1 or more frames at a stride of 1 or more, but was "
                    + frameCount + " at a stride of " + frameStride + " (FrameReader.next)");
        }
        List<RgbImage> frames = new ArrayList<>();
        Optional<RgbImage> frame = next();
        for (long index = 0; frame.isPresent(); index++) {
            if (index % frameStride == 0) {
                frames.add(frame.get());
                FrameSize size = frame.get().size();
                HeapLimit.require(
                        "a clip",
                        frames.size() + " frames of " + size,
                        3.0 * size.width() * size.height() * frames.size());
            }
            if (frames.size() == frameCount) {
                break;
            }
            frame = next();
        }
        return frames;
    }

    /** Closes the file. Closing twice does nothing. */
    @Override
    void close() throws IOException;
}
