package org.lamp4j.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The sizes of a tensor's axes, outermost first. Immutable; a shape without axes is a scalar's. */
public final class Shape {

    private static final Shape SCALAR = new Shape(new int[0]);

    private final int[] sizes;

    private Shape(int[] sizes) {
        this.sizes = sizes;
    }

    /**
     * Returns the shape with the given axis sizes.
     *
     * @param sizes size of each axis, outermost first, each 0 or more; none for a scalar
     * @return the shape
     * @throws IllegalArgumentException if a size is negative
     */
    public static Shape of(int... sizes) {
        for (int size : sizes) {
            if (size < 0) {
                throw new IllegalArgumentException(
                        "expected axis sizes of 0 or more, but was " + Arrays.toString(sizes));
            }
        }
        return sizes.length == 0 ? SCALAR : new Shape(sizes.clone());
    }

    /**
     * Returns the number of axes.
     *
     * @return the number of axes, 0 for a scalar
     */
    public int rank() {
        return sizes.length;
    }

    /**
     * Returns the size of one axis.
     *
     * @param axis axis from 0, or from -1 counted from the innermost
     * @return its size
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public int size(int axis) {
        return sizes[axis(axis)];
    }

    /**
     * Turns an axis that may be counted from the end into one counted from 0.
     *
     * @param axis axis from {@code -rank} to {@code rank - 1}
     * @return the same axis, 0 or more
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public int axis(int axis) {
        if (axis < -sizes.length || axis >= sizes.length) {
            throw new IndexOutOfBoundsException("expected an axis of " + this + ", but was " + axis);
        }
        return axis < 0 ? axis + sizes.length : axis;
    }

    /**
     * Returns the number of elements, the product of all sizes.
     *
     * @return the number of elements; 1 for a scalar
     * @throws IllegalArgumentException if a {@code long} does not hold it
     */
    public long elementCount() {
        long count = 1;
        for (int size : sizes) {
            if (Math.multiplyHigh(count, (long) size) != 0 || count * size < 0) {
                throw new IllegalArgumentException(
                        "expected a shape of at most " + Long.MAX_VALUE + " elements, but was " + this);
            }
            count *= size;
        }
        return count;
    }

    /**
     * Returns this shape with one axis resized.
     *
     * @param axis axis, may be negative
     * @param size new size
     * @return the new shape
     */
    public Shape with(int axis, int size) {
        int[] changed = sizes.clone();
        changed[axis(axis)] = size;
        return of(changed);
    }

    /**
     * Returns the sizes of all axes.
     *
     * @return a new array, outermost first
     */
    public int[] sizes() {
        return sizes.clone();
    }

    /**
     * Returns the sizes of all axes as {@code long}, as ONNX Runtime takes them.
     *
     * @return a new array, outermost first
     */
    public long[] longSizes() {
        return Arrays.stream(sizes).asLongStream().toArray();
    }

    int innerCount(int axis) {
        int count = 1;
        for (int inner = axis + 1; inner < sizes.length; inner++) {
            count *= sizes[inner];
        }
        return count;
    }

    int outerCount(int axis) {
        int count = 1;
        for (int outer = 0; outer < axis; outer++) {
            count *= sizes[outer];
        }
        return count;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Shape shape && Arrays.equals(sizes, shape.sizes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sizes);
    }

    /** Returns the sizes as in {@code [1, 4, 16, 40, 64]}. */
    @Override
    public String toString() {
        return Arrays.toString(sizes);
    }
}
