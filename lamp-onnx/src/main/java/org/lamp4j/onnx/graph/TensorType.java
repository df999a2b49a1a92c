package org.lamp4j.onnx.graph;

import org.lamp4j.tensor.Shape;

/**
 * What is known of a value before a graph runs.
 *
 * @param elementType type of its elements
 * @param shape its shape, always complete
 */
public record TensorType(ElementType elementType, Shape shape) {

    /**
     * Returns the size of the tensor's data.
     *
     * @return bytes
     */
    public long byteSize() {
        return Math.multiplyExact(shape.elementCount(), (long) elementType.byteWidth());
    }

    /** Returns type and shape as in {@code FLOAT[1, 4, 16, 40, 64]}. */
    @Override
    public String toString() {
        return elementType.toString() + shape;
    }
}
