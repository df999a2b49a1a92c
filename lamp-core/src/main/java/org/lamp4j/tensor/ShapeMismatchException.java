package org.lamp4j.tensor;

/** Thrown where a tensor has another shape than the formula at hand needs; the message holds both shapes. */
public final class ShapeMismatchException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     */
    public ShapeMismatchException(String message) {
        super(message);
    }

    /**
     * Checks that a shape is the expected one.
     *
     * @param what what has the shape, in the reader's words: {@code "latent"}
     * @param expected the shape needed
     * @param actual the shape found
     * @param where the place of the check: {@code "DdimSampler.step"}
     * @throws ShapeMismatchException if the two differ
     */
    public static void check(String what, Shape expected, Shape actual, String where) {
        if (!expected.equals(actual)) {
            throw new ShapeMismatchException(
                    "expected " + what + " " + expected + ", but was " + actual + " (" + where + ")");
        }
    }
}
