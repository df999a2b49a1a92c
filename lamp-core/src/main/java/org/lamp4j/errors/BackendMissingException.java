package org.lamp4j.errors;

/**
 * Thrown when the module that runs models (lamp-onnx), or that reads and writes videos (lamp-video), is not on the
 * class path, or its native libraries do not load or are of a version that is not known.
 */
public final class BackendMissingException extends LampException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what is missing, and what to add
     */
    public BackendMissingException(String message) {
        super(message);
    }

    /**
     * Creates the exception for a failure below.
     *
     * @param message what is missing, and what to add
     * @param cause the failure
     */
    public BackendMissingException(String message, Throwable cause) {
        super(message, cause);
    }
}
