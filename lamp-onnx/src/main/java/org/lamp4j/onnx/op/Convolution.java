package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.Layout.transposeLast;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;
import static org.lamp4j.onnx.op.Reductions.sum;
import static org.lamp4j.onnx.op.Slicing.pad;
import static org.lamp4j.onnx.op.Slicing.reverse;
import static org.lamp4j.onnx.op.Slicing.slice;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/** Convolution over two axes. One over time is one whose second axis has a kernel of size 1. */
public final class Convolution {

    /**
     * How the kernel moves.
     *
     * @param stride step in both axes, at least 1
     * @param top zeros added before axis 2
     * @param left zeros added before axis 3
     * @param bottom zeros added after axis 2
     * @param right zeros added after axis 3
     */
    public record Window(int stride, int top, int left, int bottom, int right) {

        /**
         * Returns a window of stride 1 with as many zeros on each side.
         *
         * @param padding zeros on each side
         * @return the window
         */
        public static Window padded(int padding) {
            return new Window(1, padding, padding, padding, padding);
        }

        static Window of(Node node) {
            int[] pads = node.intsAttribute("pads");
            return new Window(node.intsAttribute("strides")[0], pads[0], pads[1], pads[2], pads[3]);
        }

        private boolean isSymmetric() {
            return equals(symmetric());
        }

        /** Returns the window with as many zeros after each axis as before it, the lesser of both. */
        private Window symmetric() {
            int rows = Math.min(top, bottom);
            int columns = Math.min(left, right);
            return new Window(stride, rows, columns, rows, columns);
        }

        Map<String, Attribute> attributes() {
            return Map.of(
                    "strides", Attribute.ofAll(stride, stride), "pads", Attribute.ofAll(top, left, bottom, right));
        }

        int outputHeight(int height, int kernelHeight) {
            return (height + top + bottom - kernelHeight) / stride + 1;
        }

        int outputWidth(int width, int kernelWidth) {
            return (width + left + right - kernelWidth) / stride + 1;
        }

        /** How many rows at the end of X no position of the kernel reaches. */
        long unreachedRows(int height, int kernelHeight) {
            return ((long) height + top + bottom - kernelHeight) % stride;
        }

        /** How many columns at the end of X no position of the kernel reaches. */
        long unreachedColumns(int width, int kernelWidth) {
            return ((long) width + left + right - kernelWidth) % stride;
        }

        /** With stride 1, how the flipped kernel moves over the gradient of Y to give that of X. */
        Window mirrored(int kernelHeight, int kernelWidth) {
            return new Window(
                    1,
                    kernelHeight - 1 - top,
                    kernelWidth - 1 - left,
                    kernelHeight - 1 - bottom,
                    kernelWidth - 1 - right);
        }
    }

    /** {@code Y = W ⋆ X + b}, the correlation that deep learning calls convolution. */
    static final Operator CONV = Operator.named("Conv", "X", "W", "B")
            .types(node -> {
                Types.sameElementType(node);
                Shape x = node.input(0).shape();
                Shape w = node.input(1).shape();
                if (x.rank() != 4
                        || w.rank() != 4
                        || x.size(1) != w.size(1)
                        || (node.inputs().size() > 2 && !node.input(2).shape().equals(Shape.of(w.size(0))))) {
                    throw Types.mismatch("input [n, I, H, W], kernel [O, I, kh, kw] and bias [O]", node);
                }
                return Types.ofShape(node, outputShape(x, w, Window.of(node)));
            })
            .flops(node -> Flops.outputs(node) * (2 * taps(node) + node.inputs().size() - 2))
            .gradient(0, (node, dY, input) -> inputGradient(node, dY))
            .gradient(1, (node, dY, input) -> {
                Window window = Window.of(node);
                return kernelGradient(node.input(0), dY, node.input(1).shape(), window);
            })
            .gradient(
                    2,
                    (node, dY, input) -> reshape(sum(dY, 0, 2, 3), node.input(2).shape()))
            .build();

    /** {@code Y} is the gradient of a {@link #CONV} with respect to its X, given {@code X = dY} and the same W. */
    static final Operator CONV_TRANSPOSE = Operator.named("ConvTranspose", "X", "W")
            .types(node -> {
                Types.sameElementType(node);
                Shape x = node.input(0).shape();
                Shape w = node.input(1).shape();
                if (x.rank() != 4 || w.rank() != 4 || x.size(1) != w.size(0)) {
                    throw Types.mismatch("input [n, O, h, w] and kernel [O, I, kh, kw]", node);
                }
                Window window = Window.of(node);
                int[] extra = node.intsAttribute("output_padding");
                int height = (x.size(2) - 1) * window.stride + w.size(2) - window.top - window.bottom + extra[0];
                int width = (x.size(3) - 1) * window.stride + w.size(3) - window.left - window.right + extra[1];
                return Types.ofShape(node, Shape.of(x.size(0), w.size(1), height, width));
            })
            .flops(node -> 2 * node.input(0).shape().elementCount() * taps(node))
            .gradient(0, (node, dY, input) -> convolved(dY, node.input(1), Window.of(node)))
            .gradient(1, (node, dY, input) -> {
                Window window = Window.of(node);
                return kernelGradient(dY, node.input(0), node.input(1).shape(), window);
            })
            .build();

    /** Up to so many output channels a kernel's gradient is computed from shifted copies of the output's gradient. */
    private static final int NARROW = 4;

    private Convolution() {}

    /**
     * Convolves without a bias.
     *
     * @param x {@code [n, I, H, W]}, or {@code [n, H, W, I]} in a graph that
     *     {@linkplain org.lamp4j.onnx.graph.Target#hasChannelsLast() has channels last}
     * @param kernel {@code [O, I, kh, kw]}
     * @param window stride and padding
     * @return {@code [n, O, H', W']} or {@code [n, H', W', O]} with {@code H' = (H + top + bottom - kh) / stride + 1}
     */
    public static Value conv2d(Value x, Value kernel, Window window) {
        if (x.graph().target().hasChannelsLast()) {
            return ChannelsLastConvolution.of(x, kernel, Optional.empty(), window);
        }
        return convolved(x, kernel, window);
    }

    /** Convolves {@code x [n, I, H, W]} in any graph. */
    private static Value convolved(Value x, Value kernel, Window window) {
        return WholeBatchConvolution.pays(x, kernel, window)
                ? WholeBatchConvolution.of(x, kernel, window)
                : CONV.apply(window.attributes(), x, kernel);
    }

    /**
     * Convolves.
     *
     * @param x {@code [n, I, H, W]}, or {@code [n, H, W, I]} in a graph that
     *     {@linkplain org.lamp4j.onnx.graph.Target#hasChannelsLast() has channels last}
     * @param kernel {@code [O, I, kh, kw]}
     * @param bias {@code [O]}
     * @param window stride and padding
     * @return {@code [n, O, H', W']} or {@code [n, H', W', O]} with {@code H' = (H + top + bottom - kh) / stride + 1}
     */
    public static Value conv2d(Value x, Value kernel, Value bias, Window window) {
        if (x.graph().target().hasChannelsLast()) {
            return ChannelsLastConvolution.of(x, kernel, Optional.of(bias), window);
        }
        return WholeBatchConvolution.pays(x, kernel, window)
                ? add(
                        WholeBatchConvolution.of(x, kernel, window),
                        reshape(bias, bias.shape().size(0), 1, 1))
                : CONV.apply(window.attributes(), x, kernel, bias);
    }

    static Shape outputShape(Shape x, Shape kernel, Window window) {
        return Shape.of(
                x.size(0),
                kernel.size(0),
                window.outputHeight(x.size(2), kernel.size(2)),
                window.outputWidth(x.size(3), kernel.size(3)));
    }

    /**
     * How many products make one sum: of a Conv over input channels and taps, of a ConvTranspose for each of its
     * inputs.
     */
    private static long taps(Node node) {
        Shape kernel = node.input(1).shape();
        return kernel.elementCount() / kernel.size(0);
    }

    /**
     * With stride 1 the gradient is itself a convolution, by the flipped kernel: on a CPU faster than a ConvTranspose.
     * CUDA's ConvTranspose wants as many zeros before an axis as after it.
     */
    private static Value inputGradient(Node node, Value dY) {
        Value kernel = node.input(1);
        Shape x = node.input(0).shape();
        Window window = Window.of(node);
        int kernelHeight = kernel.shape().size(2);
        int kernelWidth = kernel.shape().size(3);
        if (window.stride == 1 && !(dY.graph().target().transposesConvolutions() && window.isSymmetric())) {
            Value taps = reshape(kernel, kernel.shape().size(0), kernel.shape().size(1), kernelHeight * kernelWidth);
            Value turned = reshape(
                    reverse(transpose(taps, 1, 0, 2), 2), // [I, O, kh · kw]
                    kernel.shape().size(1),
                    kernel.shape().size(0),
                    kernelHeight,
                    kernelWidth);
            return convolved(dY, turned, window.mirrored(kernelHeight, kernelWidth));
        }
        return transposed(dY, kernel, window, x.size(2), x.size(3));
    }

    /**
     * Returns the gradient of X by a ConvTranspose. With fewer zeros at an end of an axis X gets longer there: so a GPU
     * computes one with as many on both sides, and cuts it.
     *
     * @param dY gradient of Y, {@code [n, O, H', W']}
     * @param kernel {@code [O, I, kh, kw]}
     * @param window how the kernel moves over X
     * @param height H
     * @param width W
     * @return {@code [n, I, H, W]}
     */
    static Value transposed(Value dY, Value kernel, Window window, int height, int width) {
        Window taken = dY.graph().target().transposesConvolutions() ? window.symmetric() : window;
        Value dX = convTranspose2d(
                dY,
                kernel,
                taken,
                window.unreachedRows(height, kernel.shape().size(2)),
                window.unreachedColumns(width, kernel.shape().size(3)));
        int top = window.top - taken.top;
        int left = window.left - taken.left;
        return slice(slice(dX, 2, top, top + height), 3, left, left + width);
    }

    /** Extra rows and columns are those at the end of X that no position of the kernel reached. */
    static Value convTranspose2d(Value dY, Value kernel, Window window, long extraRows, long extraColumns) {
        Map<String, Attribute> attributes = new HashMap<>(window.attributes());
        attributes.put("output_padding", Attribute.ofAll(extraRows, extraColumns));
        return CONV_TRANSPOSE.apply(attributes, dY, kernel);
    }

    /**
     * {@code dW[o, i, a, b] = Σ_n Σ_p dY[n, o, p] · X̃[n, i, p·stride + (a, b)]}, X̃ being X padded. The sum over n and
     * p is one matrix product with a shifted copy of X for each tap, or of dY where that is much narrower.
     */
    private static Value kernelGradient(Value x, Value dY, Shape kernel, Window window) {
        int outputs = kernel.size(0);
        int height = kernel.size(2);
        int width = kernel.size(3);
        if (window.stride == 1 && height * width > 1 && outputs <= NARROW && outputs < kernel.size(1)) {
            return narrowKernelGradient(x, dY, kernel, window);
        }
        Value rows = flattened(channelsFirst(dY)); // [O, n · P]
        Value padded = paddedChannelsFirst(x, window);
        Value[] slopes = new Value[height * width];
        for (int b = 0; b < width; b++) {
            Value columns = everyFrom(b, padded, 3, dY.shape().size(3), window.stride); // [I, n, H + …, W']
            for (int a = 0; a < height; a++) {
                Value shifted = everyFrom(a, columns, 2, dY.shape().size(2), window.stride); // [I, n, H', W']
                Value slope = matMul(rows, transposeLast(flattened(shifted))); // [O, I]
                slopes[a * width + b] = reshape(slope, outputs, kernel.size(1), 1);
            }
        }
        return reshape(concat(2, List.of(slopes)), kernel); // [O, I, kh · kw]
    }

    /**
     * The same sum taken over the positions of X: {@code dW[o, i, a, b] = Σ_n Σ_q X[n, i, q] · dY[n, o, q - (a, b)]}.
     * The copies of dY come from one convolution with kernels that are 1 in a single place.
     */
    private static Value narrowKernelGradient(Value x, Value dY, Shape kernel, Window window) {
        int outputs = kernel.size(0);
        int height = kernel.size(2);
        int width = kernel.size(3);
        int taps = height * width;
        float[] places = new float[taps * outputs * outputs * taps];
        for (int copy = 0; copy < taps * outputs; copy++) {
            int tap = copy / outputs;
            int output = copy % outputs;
            places[(copy * outputs + output) * taps + taps - 1 - tap] = 1;
        }
        Value shifts = x.graph().constant(Shape.of(taps * outputs, outputs, height, width), places);
        Value copies =
                convolved(dY, cast(shifts, dY.elementType()), window.mirrored(height, width)); // [n, kh · kw · O, H, W]
        Value slope = matMul(flattened(channelsFirst(copies)), transposeLast(flattened(channelsFirst(x))));
        return transpose(reshape(slope, height, width, outputs, kernel.size(1)), 2, 3, 0, 1);
    }

    /** Turns {@code [n, C, H, W]} into {@code [C, n, H, W]}. */
    private static Value channelsFirst(Value x) {
        return transpose(x, 1, 0, 2, 3);
    }

    /** Turns {@code [n, C, H, W]} into {@code [C, n, H + …, W + …]}, with the window's zeros. */
    static Value paddedChannelsFirst(Value x, Window window) {
        return pad(pad(channelsFirst(x), 2, window.top, window.bottom), 3, window.left, window.right);
    }

    /** Turns {@code [C, n, H, W]} into {@code [C, n · H · W]}. */
    private static Value flattened(Value x) {
        int channels = x.shape().size(0);
        return reshape(x, channels, Math.toIntExact(x.shape().elementCount() / channels));
    }

    /** Returns so many indices of an axis, from one on. */
    static Value everyFrom(int first, Value x, int axis, int count, int stride) {
        return slice(x, axis, first, first + (count - 1) * stride + 1, stride);
    }
}
