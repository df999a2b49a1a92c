package org.lamp4j.examples.studio;

/** Thrown when a request is not done, with what is told to the person. */
final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int WRONG_METHOD = 405;
    static final int CONFLICT = 409;
    static final int TOO_LARGE = 413;
    static final int UNUSABLE = 422;
    static final int OTHER_HOST = 421;
    static final int TOO_MANY = 429;
    static final int FAILED = 500;
    static final int BUSY = 503;
    static final int DISK_FULL = 507;

    private final int status;
    private final String advice;

    /**
     * Refuses.
     *
     * @param status HTTP's number for it
     * @param message what was expected and what was there
     * @param advice what the person can do
     */
    Refusal(int status, String message, String advice) {
        super(message);
        this.status = status;
        this.advice = advice;
    }

    static Refusal badRequest(String message) {
        return new Refusal(BAD_REQUEST, message, "Change the setting that is named, and try again.");
    }

    static Refusal notFound(String what) {
        return new Refusal(
                NOT_FOUND, "expected " + what + ", but there is none", "It may be deleted; load the page anew.");
    }

    int status() {
        return status;
    }

    String advice() {
        return advice;
    }
}
