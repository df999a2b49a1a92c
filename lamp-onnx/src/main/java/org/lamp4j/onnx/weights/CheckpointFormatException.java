package org.lamp4j.onnx.weights;

import java.io.IOException;

/** Thrown where a file of weights is damaged, not of a known format, or asks for something that is refused. */
public final class CheckpointFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and in which file
     */
    public CheckpointFormatException(String message) {
        super(message);
    }

    /**
     * Creates the exception for a failure of the parser below.
     *
     * @param message what was expected, what was found, and in which file
     * @param cause the parser's own complaint
     */
    public CheckpointFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
