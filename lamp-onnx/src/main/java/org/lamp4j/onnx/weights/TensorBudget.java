package org.lamp4j.onnx.weights;

import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.tensor.Shape;

/**
 * How many bytes the tensors of one file may have together, as they are stored and as float32. Elements may repeat, as
 * in an expanded tensor, and tensors may share a storage, but a few bytes of a file shall not become gigabytes.
 */
final class TensorBudget {

    /** A file of float16 doubles when it becomes float32; tied weights are there twice. */
    private static final int TIMES = 4;

    /** What a file may have beyond that, as small ones do: expanded position ids and the like. */
    static final long SPARE_BYTES = 1 << 24;

    private final MappedFile file;
    private final long whole;
    private long left;

    TensorBudget(MappedFile file) {
        this.file = file;
        this.whole = TIMES * file.size() + SPARE_BYTES;
        this.left = whole;
    }

    /**
     * Charges a tensor, before any memory is taken for it.
     *
     * @throws ModelFormatException if it is one too many
     */
    void take(String name, Shape shape, StoredType type) throws ModelFormatException {
        int width = Math.max(type.byteWidth(), Float.BYTES);
        if (shape.elementCount() > left / width) { // divided, since a claimed product may overflow
            throw new ModelFormatException(
                    "expected at most " + whole + " bytes of tensors in a file of "
                            + file.size() + " bytes, but was more with " + name + " " + type + " " + shape + " ("
                            + file.path()
                            + ")",
                    file.path(),
                    name);
        }
        left -= shape.elementCount() * width;
    }
}
