package org.lamp4j.errors;

/** The root of the library's unchecked errors. */
public abstract class LampException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with what was expected, what was found, and where. */
    LampException(String message) {
        super(message);
    }

    /** Creates the exception with a cause. */
    LampException(String message, Throwable cause) {
        super(message, cause);
    }
}
