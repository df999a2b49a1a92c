package org.lamp4j.onnx.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.tensor.Shape;

/**
 * How a tensor lies in a storage: the element at position p is number offset + Σ p<sub>axis</sub> ·
 * stride<sub>axis</sub>.
 */
final class StridedLayout {

    private final Shape shape;
    private final StoredType type;
    private final long first;
    private final long extent;
    private final long[] strides;

    private StridedLayout(Shape shape, StoredType type, long first, long extent, long[] strides) {
        this.shape = shape;
        this.type = type;
        this.first = first;
        this.extent = extent;
        this.strides = strides;
    }

    /**
     * Checks a claimed layout against its storage.
     *
     * @param name the tensor's name
     * @param view the claims
     * @param file the file, for messages
     * @return the layout; every element of it lies within the storage
     * @throws ModelFormatException if one does not
     */
    static StridedLayout of(String name, TorchUnpickler.View view, Path file) throws ModelFormatException {
        long[] strides = view.strides();
        if (view.sizes().length != strides.length) {
            throw malformed(
                    "a stride for each axis of " + name,
                    view.sizes().length + " axes and " + strides.length + " strides",
                    file);
        }
        Shape shape = TensorSizes.shape(view.sizes(), name, file);
        TensorSizes.bytes(shape, view.storage().type(), name, file);
        long extent = extent(view);
        if (extent < 0) {
            throw malformed(
                    name + " within the " + view.storage().elementCount() + " elements of its storage",
                    "offset " + view.offset() + ", shape " + shape + ", strides " + Arrays.toString(strides),
                    file);
        }
        return new StridedLayout(shape, view.storage().type(), view.offset(), extent, strides.clone());
    }

    /** Counts the elements of the storage from the first to the last of the tensor; negative if some lie outside. */
    private static long extent(TorchUnpickler.View view) {
        long available = view.storage().elementCount() - view.offset();
        if (view.offset() < 0 || available < 0) {
            return -1;
        }
        if (Arrays.stream(view.sizes()).anyMatch(size -> size == 0)) {
            return 0;
        }
        long last = 0;
        for (int axis = 0; axis < view.sizes().length; axis++) {
            long size = view.sizes()[axis];
            long stride = view.strides()[axis];
            // Divided, not multiplied: the product of two claims may overflow.
            if (stride < 0 || (size > 1 && stride > (available - last) / (size - 1))) {
                return -1;
            }
            last += (size - 1) * stride;
        }
        return last < available ? last + 1 : -1;
    }

    private static ModelFormatException malformed(String expected, String actual, Path file) {
        return new ModelFormatException("expected " + expected + ", but was " + actual + " (" + file + ")", file);
    }

    Shape shape() {
        return shape;
    }

    /** The number of the first element in the storage. */
    long first() {
        return first;
    }

    /** How many elements of the storage, from the first on, the tensor reaches over. */
    long extent() {
        return extent;
    }

    /** Whether the elements lie in row-major order without gaps. */
    boolean isContiguous() {
        return shape.elementCount() == 0 || contiguousFrom(0);
    }

    private boolean contiguousFrom(int firstAxis) {
        long expected = 1;
        for (int axis = shape.rank() - 1; axis >= firstAxis; axis--) {
            if (shape.size(axis) > 1 && strides[axis] != expected) {
                return false;
            }
            expected *= shape.size(axis);
        }
        return true;
    }

    /**
     * Copies the elements into native memory, in row-major order.
     *
     * @param part the storage's bytes from the first element on, as many as the tensor reaches over
     */
    ByteBuffer inOrder(ByteBuffer part) {
        ByteBuffer ordered = ByteBuffer.allocateDirect(Math.toIntExact(shape.elementCount() * type.byteWidth()))
                .order(ByteOrder.LITTLE_ENDIAN);
        copy(part.duplicate().order(ByteOrder.LITTLE_ENDIAN), ordered, 0, 0);
        return ordered.flip();
    }

    private void copy(ByteBuffer part, ByteBuffer ordered, int axis, long element) {
        int width = type.byteWidth();
        if (contiguousFrom(axis)) {
            int count = 1;
            for (int inner = axis; inner < shape.rank(); inner++) {
                count *= shape.size(inner);
            }
            ordered.put(part.slice((int) element * width, count * width));
            return;
        }
        boolean innermost = axis == shape.rank() - 1;
        for (int index = 0; index < shape.size(axis); index++) {
            long at = element + index * strides[axis];
            if (innermost) {
                copyElement(part, ordered, (int) at * width);
            } else {
                copy(part, ordered, axis + 1, at);
            }
        }
    }

    private void copyElement(ByteBuffer part, ByteBuffer ordered, int at) {
        switch (type.byteWidth()) {
            case 8 -> ordered.putLong(part.getLong(at));
            case 4 -> ordered.putInt(part.getInt(at));
            case 2 -> ordered.putShort(part.getShort(at));
            default -> ordered.put(part.get(at));
        }
    }
}
