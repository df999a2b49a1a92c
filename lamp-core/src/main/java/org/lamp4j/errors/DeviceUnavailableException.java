package org.lamp4j.errors;

/** Thrown when the device that a model was to run on, or its driver, is not there. */
public final class DeviceUnavailableException extends LampException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message the device and what was found instead
     */
    public DeviceUnavailableException(String message) {
        super(message);
    }

    /**
     * Creates the exception for a failure below.
     *
     * @param message the device and what was found instead
     * @param cause the failure
     */
    public DeviceUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
