package org.lamp4j.tensor;

import java.util.Locale;

/**
 * A check that something fits the heap before memory is taken for it. A setting that is too large ends in an error that
 * says so, and not in an {@link OutOfMemoryError}, which can end a whole program.
 */
public final class HeapLimit {

    /** One request may take so much of the heap; the rest is for what is there already. */
    private static final double SHARE = 0.5;

    private static final double GIB = 1L << 30;

    private HeapLimit() {}

    /**
     * Checks that something fits half of the heap.
     *
     * @param what what it is, as in {@code "a clip"}
     * @param found what was asked for, as in {@code "16 frames of 512x320"}
     * @param bytes about how much it takes; a {@code double}, which products of sizes do not overflow
     * @throws IllegalArgumentException if it does not fit; the message holds both numbers
     */
    public static void require(String what, String found, double bytes) {
        double most = SHARE * Runtime.getRuntime().maxMemory();
        if (!(bytes <= most)) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "expected %s within half of the heap, %.1f GiB, but %s take %.1f GiB"
                            + " (Java's option -Xmx gives more)",
                    what,
                    most / GIB,
                    found,
                    bytes / GIB));
        }
    }

    /** Returns the length of an array that holds a tensor's elements. */
    static int arrayLength(Shape shape) {
        long count = shape.elementCount();
        long most =
                Math.min(Integer.MAX_VALUE - Long.BYTES, Runtime.getRuntime().maxMemory() / Float.BYTES);
        if (count > most) {
            throw new IllegalArgumentException(
                    "expected a tensor of at most " + most + " elements, which the heap can hold, but was " + shape);
        }
        return (int) count;
    }
}
