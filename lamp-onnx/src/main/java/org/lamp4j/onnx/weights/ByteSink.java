package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes bytes in sequence. */
@FunctionalInterface
interface ByteSink {

    /**
     * Takes the buffer's remaining bytes.
     *
     * @param bytes the bytes; its position may change
     */
    void write(ByteBuffer bytes) throws IOException;
}
