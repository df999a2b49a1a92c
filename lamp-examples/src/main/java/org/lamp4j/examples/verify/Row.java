package org.lamp4j.examples.verify;

import java.util.Locale;
import java.util.OptionalDouble;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * One comparison with the reference.
 *
 * @param name what was compared
 * @param error how far off it is; empty if the fixture lacks what it would be compared with
 * @param tolerance how far off it may be; infinite if the error is only reported
 */
public record Row(String name, OptionalDouble error, double tolerance) {

    /** What came of a comparison. */
    public enum Verdict {
        /** The error is a number within the tolerance. */
        OK("ok"),
        /** The error is above the tolerance, or not a number. */
        FAIL("FAIL"),
        /** The fixture has no numbers to compare with. */
        ABSENT("absent"),
        /** The error is a number, and no bound is set for it. */
        REPORTED("reported");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }
    }

    static Row of(String name, double error, double tolerance) {
        return new Row(name, OptionalDouble.of(error), tolerance);
    }

    /** A comparison of tensors: the norm of the difference over the norm of the reference. */
    static Row of(String name, FloatTensor actual, FloatTensor reference, double tolerance) {
        return of(name, relativeError(actual, reference), tolerance);
    }

    /** A comparison of whole numbers: how many differ. */
    static Row exact(String name, int[] actual, int[] reference) {
        int different = Math.abs(actual.length - reference.length);
        for (int index = 0; index < Math.min(actual.length, reference.length); index++) {
            different += actual[index] == reference[index] ? 0 : 1;
        }
        return of(name, different, 0);
    }

    static Row absent(String name, double tolerance) {
        return new Row(name, OptionalDouble.empty(), tolerance);
    }

    /**
     * Returns what came of the comparison.
     *
     * @return the verdict; {@link Verdict#FAIL} for an error that is not a number
     */
    public Verdict verdict() {
        if (error.isEmpty()) {
            return Verdict.ABSENT;
        }
        if (!Double.isFinite(error.getAsDouble()) || error.getAsDouble() > tolerance) {
            return Verdict.FAIL;
        }
        return tolerance == Double.POSITIVE_INFINITY ? Verdict.REPORTED : Verdict.OK;
    }

    /** Returns the comparison as one line of a table. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-44s %12s %10s  %s",
                name,
                error.isPresent() ? String.format(Locale.ROOT, "%.3e", error.getAsDouble()) : "-",
                tolerance == Double.POSITIVE_INFINITY ? "-" : String.format(Locale.ROOT, "%.0e", tolerance),
                verdict().text);
    }

    static double relativeError(FloatTensor actual, FloatTensor reference) {
        ShapeMismatchException.check("result", reference.shape(), actual.shape(), "verify");
        double difference = 0;
        double norm = 0;
        for (int index = 0; index < Math.toIntExact(reference.shape().elementCount()); index++) {
            double expected = reference.valueAt(index);
            difference += square(actual.valueAt(index) - expected);
            norm += square(expected);
        }
        return ratio(Math.sqrt(difference), Math.sqrt(norm));
    }

    /** An error relative to a norm; nothing off nothing is no error. */
    static double ratio(double error, double norm) {
        return error == 0 ? 0 : error / norm;
    }

    static double square(double value) {
        return value * value;
    }
}
