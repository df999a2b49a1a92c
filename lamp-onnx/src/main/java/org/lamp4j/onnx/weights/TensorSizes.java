package org.lamp4j.onnx.weights;

import java.nio.file.Path;
import java.util.Arrays;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.tensor.Shape;

/** Arithmetic on sizes that a file claims, which may be anything. */
final class TensorSizes {

    /** A whole model in one file has some 2000. */
    static final int MAX_TENSORS = 1 << 16;

    /** Tensors of networks have 6 axes at most; a claim of many is a claim of memory. */
    static final int MAX_RANK = 16;

    /** The longest name of a tensor of Stable Diffusion has some 100. */
    static final int MAX_NAME_LENGTH = 1024;

    private TensorSizes() {}

    /** Returns the claimed sizes, each 0 or more, as a shape. */
    static Shape shape(long[] sizes, String name, Path file) throws ModelFormatException {
        int[] checked = new int[sizes.length];
        for (int axis = 0; axis < sizes.length; axis++) {
            if (sizes[axis] < 0 || sizes[axis] > Integer.MAX_VALUE) {
                throw new ModelFormatException(
                        "expected sizes of 0 to " + Integer.MAX_VALUE + " for " + name + ", but was "
                                + Arrays.toString(sizes) + " (" + file + ")",
                        file,
                        name);
            }
            checked[axis] = (int) sizes[axis];
        }
        return Shape.of(checked);
    }

    /** Returns the bytes of a tensor, refusing products that overflow. */
    static long bytes(Shape shape, StoredType type, String name, Path file) throws ModelFormatException {
        long bytes = 1;
        for (int axis = 0; axis < shape.rank(); axis++) {
            bytes = times(bytes, shape.size(axis));
        }
        bytes = times(bytes, type.byteWidth());
        if (bytes < 0) {
            throw new ModelFormatException(
                    "expected at most " + Long.MAX_VALUE + " bytes for " + name + ", but was shape " + shape + " of "
                            + type + " (" + file + ")",
                    file,
                    name);
        }
        return bytes;
    }

    /** Multiplies numbers of 0 or more; a product that overflows, and whatever is multiplied with it, is negative. */
    private static long times(long product, int factor) {
        boolean overflows = product < 0 || (factor != 0 && product > Long.MAX_VALUE / factor);
        return overflows ? -1 : product * factor;
    }
}
