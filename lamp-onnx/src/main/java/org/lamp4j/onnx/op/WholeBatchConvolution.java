package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;

import java.util.ArrayList;
import java.util.List;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.tensor.Shape;

/**
 * A convolution as one matrix product over the positions of all images, with a shifted copy of the input for each tap.
 *
 * <p>ONNX Runtime's convolution makes a product for each image, and reads the whole kernel for each. Where images are
 * small and the kernel is larger than a cache, that reading is what takes the time. And the gradients of a product take
 * the kernel as it lies, where those of a convolution flip it.
 */
final class WholeBatchConvolution {

    /** A smaller kernel stays in a core's cache from one image to the next. */
    private static final long LARGE_KERNEL_BYTES = 4L << 20;

    /** An image of more positions makes a product that is wide enough by itself. */
    private static final int FEW_POSITIONS = 32;

    private WholeBatchConvolution() {}

    /**
     * Tells whether it is faster than {@link Convolution#CONV}, forward and backward together, which is so on a CPU.
     */
    static boolean pays(Value x, Value kernel, Window window) {
        if (!x.graph().target().joinsSmallImages()
                || kernel.type().byteSize() < LARGE_KERNEL_BYTES
                || x.shape().rank() != 4
                || kernel.shape().rank() != 4
                || x.shape().size(1) != kernel.shape().size(1)) {
            return false;
        }
        Shape output = Convolution.outputShape(x.shape(), kernel.shape(), window);
        long moved = x.shape().elementCount() + output.elementCount();
        boolean overRows = kernel.shape().size(2) > 1 && kernel.shape().size(3) == 1;
        return kernel.shape().elementCount() > moved && (overRows || output.size(2) * output.size(3) <= FEW_POSITIONS);
    }

    /** Convolves {@code x [n, I, H, W]} by {@code kernel [O, I, kh, kw]}: {@code [n, O, H', W']}. */
    static Value of(Value x, Value kernel, Window window) {
        Shape output = Convolution.outputShape(x.shape(), kernel.shape(), window);
        int images = output.size(0);
        int outputs = output.size(1);
        int taps = kernel.shape().size(2) * kernel.shape().size(3);
        int inputs = kernel.shape().size(1);
        Value copies = shiftedCopies(x, kernel.shape(), window, output); // [I, kh · kw, n · H' · W']
        Value product = matMul(
                reshape(kernel, outputs, inputs * taps),
                reshape(copies, inputs * taps, copies.shape().size(2))); // [O, n · H' · W']
        return transpose(reshape(product, outputs, images, output.size(2), output.size(3)), 1, 0, 2, 3);
    }

    private static Value shiftedCopies(Value x, Shape kernel, Window window, Shape output) {
        int positions = output.size(0) * output.size(2) * output.size(3);
        Value padded = Convolution.paddedChannelsFirst(x, window); // [I, n, H + …, W + …]
        List<Value> columns = new ArrayList<>();
        for (int b = 0; b < kernel.size(3); b++) {
            columns.add(Convolution.everyFrom(b, padded, 3, output.size(3), window.stride()));
        }
        List<Value> copies = new ArrayList<>();
        for (int a = 0; a < kernel.size(2); a++) {
            for (Value column : columns) {
                Value shifted = Convolution.everyFrom(a, column, 2, output.size(2), window.stride());
                copies.add(reshape(shifted, kernel.size(1), 1, positions));
            }
        }
        return concat(1, copies);
    }
}
