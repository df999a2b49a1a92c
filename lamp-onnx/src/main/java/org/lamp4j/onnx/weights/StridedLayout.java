package org.lamp4j.onnx.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.lamp4j.tensor.Shape;

/** How a tensor lies in a storage: the element at position p is number offset + Σ p<sub>axis</sub> · stride<sub>axis</sub>. */
final class StridedLayout {

    private static final int MAX_RANK = 64;

    private final Shape shape;
    private final StoredType type;
    private final long offset;
    private final long[] strides;

    private StridedLayout(Shape shape, StoredType type, long offset, long[] strides) {
        this.shape = shape;
        this.type = type;
        this.offset = offset;
        this.strides = strides;
    }

    /**
     * Checks a claimed layout against its storage.
     *
     * @param name the tensor's name
     * @param view the claims
     * @param file the file, for messages
     * @return the layout; every element of it lies within the storage
     * @throws CheckpointFormatException if one does not, or the tensor repeats elements
     */
    static StridedLayout of(String name, TorchUnpickler.View view, Path file) throws CheckpointFormatException {
        long[] sizes = view.sizes();
        long[] strides = view.strides();
        if (sizes.length != strides.length || sizes.length > MAX_RANK) {
            throw malformed(
                    "a stride for each of at most " + MAX_RANK + " axes of " + name,
                    sizes.length + " axes and " + strides.length + " strides",
                    file);
        }
        Shape shape = TensorSizes.shape(sizes, name, file);
        TensorSizes.bytes(shape, view.storage().type(), name, file);
        long elementCount = view.storage().elementCount();
        if (shape.elementCount() > elementCount) {
            throw malformed(
                    "at most the " + elementCount + " elements of its storage in " + name, "shape " + shape, file);
        }
        if (!fits(view, elementCount)) {
            throw malformed(
                    name + " within the " + elementCount + " elements of its storage",
                    "offset " + view.offset() + ", shape " + shape + ", strides " + Arrays.toString(strides),
                    file);
        }
        return new StridedLayout(shape, view.storage().type(), view.offset(), strides.clone());
    }

    private static boolean fits(TorchUnpickler.View view, long elementCount) {
        if (view.offset() < 0 || view.offset() > elementCount) {
            return false;
        }
        long last = view.offset();
        for (int axis = 0; axis < view.sizes().length; axis++) {
            long size = view.sizes()[axis];
            long stride = view.strides()[axis];
            if (stride < 0) {
                return false;
            }
            if (size == 0) {
                return true;
            }
            // Divided, not multiplied: the product of two claims may overflow.
            if (size > 1 && stride > (elementCount - last) / (size - 1)) {
                return false;
            }
            last += (size - 1) * stride;
        }
        return last < elementCount;
    }

    private static CheckpointFormatException malformed(String expected, String actual, Path file) {
        return new CheckpointFormatException("expected " + expected + ", but was " + actual + " (" + file + ")");
    }

    Shape shape() {
        return shape;
    }

    /** Whether the elements lie in row-major order without gaps. */
    boolean isContiguous() {
        return contiguousFrom(0);
    }

    private boolean contiguousFrom(int firstAxis) {
        long expected = 1;
        for (int axis = shape.rank() - 1; axis >= firstAxis; axis--) {
            if (shape.size(axis) > 1 && strides[axis] != expected) {
                return shape.elementCount() == 0;
            }
            expected *= shape.size(axis);
        }
        return true;
    }

    /** Returns a contiguous tensor's part of its storage. */
    ByteBuffer slice(ByteBuffer storage) {
        int width = type.byteWidth();
        return storage.slice((int) offset * width, (int) shape.elementCount() * width);
    }

    /** Copies the elements into native memory, in row-major order. */
    ByteBuffer inOrder(ByteBuffer storage) {
        int width = type.byteWidth();
        ByteBuffer ordered = ByteBuffer.allocateDirect(Math.toIntExact(shape.elementCount() * width))
                .order(ByteOrder.LITTLE_ENDIAN);
        copy(storage.duplicate().order(ByteOrder.LITTLE_ENDIAN), ordered, 0, offset);
        return ordered.flip();
    }

    private void copy(ByteBuffer storage, ByteBuffer ordered, int axis, long element) {
        int width = type.byteWidth();
        if (contiguousFrom(axis)) {
            int count = 1;
            for (int inner = axis; inner < shape.rank(); inner++) {
                count *= shape.size(inner);
            }
            ordered.put(storage.slice((int) element * width, count * width));
            return;
        }
        boolean innermost = axis == shape.rank() - 1;
        for (int index = 0; index < shape.size(axis); index++) {
            long at = element + index * strides[axis];
            if (innermost) {
                copyElement(storage, ordered, (int) at * width);
            } else {
                copy(storage, ordered, axis + 1, at);
            }
        }
    }

    private void copyElement(ByteBuffer storage, ByteBuffer ordered, int at) {
        switch (type.byteWidth()) {
            case 8 -> ordered.putLong(storage.getLong(at));
            case 4 -> ordered.putInt(storage.getInt(at));
            case 2 -> ordered.putShort(storage.getShort(at));
            default -> ordered.put(storage.get(at));
        }
    }
}
