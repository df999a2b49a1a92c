package org.lamp4j.tensor;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A small dense float32 tensor on the heap, in row-major order: latents, embeddings, images. Immutable, so it may be
 * shared between threads. Model weights are never held in one; they stay in mapped or native memory.
 */
public final class FloatTensor {

    private final Shape shape;
    private final float[] values;

    private FloatTensor(Shape shape, float[] values) {
        if (shape.elementCount() != values.length) {
            throw new ShapeMismatchException("expected " + shape.elementCount() + " values for shape " + shape
                    + ", but was " + values.length + " (FloatTensor)");
        }
        this.shape = shape;
        this.values = values;
    }

    /**
     * Returns a tensor of the given values.
     *
     * @param shape the shape
     * @param values the elements in row-major order; copied
     * @return the tensor
     * @throws ShapeMismatchException if the number of values is not that of the shape
     */
    public static FloatTensor of(Shape shape, float... values) {
        return new FloatTensor(shape, values.clone());
    }

    /**
     * Returns a tensor of the buffer's remaining values.
     *
     * @param shape the shape
     * @param values the elements in row-major order; copied, the buffer's position does not change
     * @return the tensor
     * @throws ShapeMismatchException if the number of values is not that of the shape
     */
    public static FloatTensor of(Shape shape, FloatBuffer values) {
        float[] copy = new float[values.remaining()];
        values.duplicate().get(copy);
        return new FloatTensor(shape, copy);
    }

    /**
     * Returns a tensor of zeros.
     *
     * @param shape the shape
     * @return the tensor
     * @throws IllegalArgumentException if the heap cannot hold so many elements
     */
    public static FloatTensor zeros(Shape shape) {
        return new FloatTensor(shape, new float[HeapLimit.arrayLength(shape)]);
    }

    /** A function that computes an element from its row-major index. */
    @FunctionalInterface
    public interface ElementFunction {
        /**
         * Computes one element.
         *
         * @param index row-major index, from 0
         * @return its value
         */
        float valueAt(int index);
    }

    /**
     * Returns a tensor whose elements are computed one by one, in row-major order.
     *
     * @param shape the shape
     * @param function gives the element at each row-major index
     * @return the tensor
     * @throws IllegalArgumentException if the heap cannot hold so many elements
     */
    public static FloatTensor generate(Shape shape, ElementFunction function) {
        float[] values = new float[HeapLimit.arrayLength(shape)];
        for (int index = 0; index < values.length; index++) {
            values[index] = function.valueAt(index);
        }
        return new FloatTensor(shape, values);
    }

    /**
     * Joins tensors along one axis.
     *
     * @param axis the axis, may be negative
     * @param parts at least one tensor; all sizes but that of {@code axis} are equal
     * @return the joined tensor
     * @throws ShapeMismatchException if the other sizes differ
     */
    public static FloatTensor concat(int axis, List<FloatTensor> parts) {
        Shape first = parts.get(0).shape;
        int at = first.axis(axis);
        long total = 0;
        for (FloatTensor part : parts) {
            ShapeMismatchException.check(
                    "tensor", first.with(at, part.shape.size(at)), part.shape, "FloatTensor.concat");
            total += part.shape.size(at);
        }
        if (total > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("expected tensors whose sizes of axis " + at + " add up to at most "
                    + Integer.MAX_VALUE + ", but was " + total + " (FloatTensor.concat)");
        }
        Shape joined = first.with(at, (int) total);
        float[] values = new float[HeapLimit.arrayLength(joined)];
        int inner = first.innerCount(at);
        int outer = first.outerCount(at);
        int offset = 0;
        for (FloatTensor part : parts) {
            int run = part.shape.size(at) * inner;
            for (int block = 0; block < outer; block++) {
                System.arraycopy(part.values, block * run, values, block * joined.size(at) * inner + offset, run);
            }
            offset += run;
        }
        return new FloatTensor(joined, values);
    }

    /**
     * Returns the shape.
     *
     * @return the shape
     */
    public Shape shape() {
        return shape;
    }

    /**
     * Returns the elements.
     *
     * @return a read-only view in row-major order, position 0
     */
    public FloatBuffer values() {
        return FloatBuffer.wrap(values).asReadOnlyBuffer();
    }

    /**
     * Returns the elements as an array.
     *
     * @return a new array in row-major order
     */
    public float[] toArray() {
        return values.clone();
    }

    /**
     * Returns one element by its row-major index.
     *
     * @param index row-major index
     * @return the element
     * @throws IndexOutOfBoundsException if there is no such element
     */
    public float valueAt(int index) {
        return values[index];
    }

    /**
     * Returns one element.
     *
     * @param position index along each axis
     * @return the element
     */
    public float get(int... position) {
        if (position.length != shape.rank()) {
            throw new IndexOutOfBoundsException(
                    "expected " + shape.rank() + " indices for shape " + shape + ", but was " + position.length);
        }
        int index = 0;
        for (int axis = 0; axis < position.length; axis++) {
            index = index * shape.size(axis) + Objects.checkIndex(position[axis], shape.size(axis));
        }
        return values[index];
    }

    /**
     * Returns a range of one axis.
     *
     * @param axis the axis, may be negative
     * @param from first index, inclusive
     * @param to last index, exclusive
     * @return the part; same rank
     * @throws IndexOutOfBoundsException if the range does not lie within the axis
     */
    public FloatTensor slice(int axis, int from, int to) {
        int at = shape.axis(axis);
        Objects.checkFromToIndex(from, to, shape.size(at));
        int inner = shape.innerCount(at);
        int outer = shape.outerCount(at);
        Shape part = shape.with(at, to - from);
        float[] copy = new float[HeapLimit.arrayLength(part)];
        int run = (to - from) * inner;
        for (int block = 0; block < outer; block++) {
            System.arraycopy(values, (block * shape.size(at) + from) * inner, copy, block * run, run);
        }
        return new FloatTensor(part, copy);
    }

    /**
     * Returns the same elements under another shape.
     *
     * @param newShape a shape of as many elements
     * @return the reshaped tensor
     * @throws ShapeMismatchException if the number of elements differs
     */
    public FloatTensor reshape(Shape newShape) {
        return new FloatTensor(newShape, values);
    }

    /**
     * Returns {@code factor · this}.
     *
     * @param factor the factor
     * @return the scaled tensor
     */
    public FloatTensor times(float factor) {
        return generate(shape, index -> factor * values[index]);
    }

    /**
     * Returns {@code this + other}.
     *
     * @param other a tensor of the same shape
     * @return the sum
     * @throws ShapeMismatchException if the shapes differ
     */
    public FloatTensor plus(FloatTensor other) {
        return weighted(1, 1, other);
    }

    /**
     * Returns {@code this - other}.
     *
     * @param other a tensor of the same shape
     * @return the difference
     * @throws ShapeMismatchException if the shapes differ
     */
    public FloatTensor minus(FloatTensor other) {
        return weighted(1, -1, other);
    }

    /**
     * Returns {@code a · this + b · other}.
     *
     * @param a factor of this tensor
     * @param b factor of the other
     * @param other a tensor of the same shape
     * @return the weighted sum
     * @throws ShapeMismatchException if the shapes differ
     */
    public FloatTensor weighted(float a, float b, FloatTensor other) {
        ShapeMismatchException.check("tensor", shape, other.shape, "FloatTensor.weighted");
        return generate(shape, index -> a * values[index] + b * other.values[index]);
    }

    /** Tensors are equal if their shapes and all their values are, a NaN to a NaN, but 0 not to -0. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FloatTensor that && shape.equals(that.shape) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * shape.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "FloatTensor" + shape;
    }
}
