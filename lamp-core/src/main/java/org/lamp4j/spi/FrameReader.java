package org.lamp4j.spi;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.lamp4j.media.RgbImage;

/** A clip that is being read, one frame at a time. Threads that share it take turns; closing waits for the frame under way. */
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

    /** Closes the file. Closing twice does nothing. */
    @Override
    void close() throws IOException;
}
