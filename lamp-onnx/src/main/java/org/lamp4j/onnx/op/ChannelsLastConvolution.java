package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Convolution.everyFrom;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.Layout.transposeLast;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;
import static org.lamp4j.onnx.op.Reductions.sum;
import static org.lamp4j.onnx.op.Slicing.pad;
import static org.lamp4j.onnx.op.Slicing.reverse;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.tensor.Shape;

/**
 * A convolution of images whose channels lie on the innermost axis, {@code [n, H, W, I]}, by a kernel whose input
 * channels do, {@code [O, kh, kw, I]}. A GPU's matrix units take them so.
 */
final class ChannelsLastConvolution {

    /** {@code Y = W ⋆ X + b}, as {@link Convolution#CONV} with the axes in another order. */
    static final Operator NHWC_CONV = Operator.named("NhwcConv", "X", "W", "B")
            .inDomain("com.microsoft")
            .types(node -> {
                Types.sameElementType(node);
                Shape x = node.input(0).shape();
                Shape w = node.input(1).shape();
                if (x.rank() != 4
                        || w.rank() != 4
                        || x.size(3) != w.size(3)
                        || !node.input(2).shape().equals(Shape.of(w.size(0)))) {
                    throw Types.mismatch("input [n, H, W, I], kernel [O, kh, kw, I] and bias [O]", node);
                }
                Window window = Window.of(node);
                return Types.ofShape(
                        node,
                        Shape.of(
                                x.size(0),
                                window.outputHeight(x.size(1), w.size(1)),
                                window.outputWidth(x.size(2), w.size(2)),
                                w.size(0)));
            })
            .flops(node -> Flops.outputs(node) * (2 * taps(node) + 1))
            .gradient(0, (node, dY, input) -> inputGradient(node, dY))
            .gradient(
                    1,
                    (node, dY, input) ->
                            kernelGradient(node.input(0), dY, node.input(1).shape(), Window.of(node)))
            .gradient(
                    2,
                    (node, dY, input) -> reshape(sum(dY, 0, 1, 2), node.input(2).shape()))
            .build();

    private static final int[] TO_CHANNELS_LAST = {0, 2, 3, 1};
    private static final int[] TO_CHANNELS_FIRST = {0, 3, 1, 2};

    private ChannelsLastConvolution() {}

    /** How many products make one sum. */
    private static long taps(Node node) {
        Shape kernel = node.input(1).shape();
        return kernel.elementCount() / kernel.size(0);
    }

    /** Convolves {@code x [n, H, W, I]} by {@code kernel [O, I, kh, kw]}: {@code [n, H', W', O]}. */
    static Value of(Value x, Value kernel, Optional<Value> bias, Window window) {
        Value turned = transpose(kernel, TO_CHANNELS_LAST);
        Optional<Value> inside = bias.filter(ChannelsLastConvolution::isFixed);
        if (inside.isPresent()) {
            return convolved(x, turned, inside.get(), window);
        }
        Value y = convolved(x, turned, window);
        return bias.map(vector -> add(y, vector)).orElse(y);
    }

    /**
     * Whether ONNX Runtime knows a value when it loads the graph. Its CUDA kernel takes W for {@code [O, kh, kw, I]} if
     * it has been shown some fixed input beforehand, and else for {@code [O, I, kh, kw]}.
     */
    private static boolean isFixed(Value value) {
        return value.data().isPresent()
                || Layout.madeBy(Casting.CAST, value)
                        .map(node -> node.input(0).data().isPresent())
                        .orElse(false);
    }

    /** Convolves with a bias of zeros, which are fixed. */
    private static Value convolved(Value x, Value kernel, Window window) {
        TensorType type =
                new TensorType(x.elementType(), Shape.of(kernel.shape().size(0)));
        Value zeros = x.graph().constant(type, ByteBuffer.allocate(Math.toIntExact(type.byteSize())));
        return convolved(x, kernel, zeros, window);
    }

    private static Value convolved(Value x, Value kernel, Value bias, Window window) {
        Map<String, Attribute> attributes = new HashMap<>(window.attributes());
        attributes.put(
                "kernel_shape",
                Attribute.ofAll(kernel.shape().size(1), kernel.shape().size(2)));
        return NHWC_CONV.apply(attributes, x, kernel, bias);
    }

    /** With stride 1 the gradient is itself a convolution, by the flipped kernel. */
    private static Value inputGradient(Node node, Value dY) {
        Value kernel = node.input(1);
        Shape shape = kernel.shape();
        Window window = Window.of(node);
        if (window.stride() == 1) {
            int taps = shape.size(1) * shape.size(2);
            Value flipped = reverse(reshape(kernel, shape.size(0), taps, shape.size(3)), 1); // [O, kh · kw, I]
            Value turned =
                    reshape(transpose(flipped, 2, 1, 0), shape.size(3), shape.size(1), shape.size(2), shape.size(0));
            return convolved(dY, turned, window.mirrored(shape.size(1), shape.size(2)));
        }
        Shape x = node.input(0).shape();
        Value images = Convolution.convTranspose2d(
                transpose(dY, TO_CHANNELS_FIRST),
                transpose(kernel, TO_CHANNELS_FIRST),
                window,
                window.unreachedRows(x.size(1), shape.size(1)),
                window.unreachedColumns(x.size(2), shape.size(2)));
        return transpose(images, TO_CHANNELS_LAST);
    }

    /**
     * {@code dW[o, a, b, i] = Σ_n Σ_p dY[n, p, o] · X̃[n, p·stride + (a, b), i]}, X̃ being X padded: one matrix product
     * with a shifted copy of X for each tap, or of dY where that is much narrower.
     */
    private static Value kernelGradient(Value x, Value dY, Shape kernel, Window window) {
        int height = kernel.size(1);
        int width = kernel.size(2);
        if (Convolution.isNarrow(kernel.size(0), kernel.size(3), height * width, window)) {
            return narrowKernelGradient(x, dY, kernel, window);
        }
        Value columns = transposeLast(rows(dY)); // [O, n · P]
        Value padded = pad(pad(x, 1, window.top(), window.bottom()), 2, window.left(), window.right());
        Value[] slopes = new Value[height * width];
        for (int b = 0; b < width; b++) {
            Value everyColumn = everyFrom(b, padded, 2, dY.shape().size(2), window.stride());
            for (int a = 0; a < height; a++) {
                Value shifted = everyFrom(a, everyColumn, 1, dY.shape().size(1), window.stride()); // [n, H', W', I]
                Value slope = matMul(columns, rows(shifted)); // [O, I]
                slopes[a * width + b] = reshape(slope, kernel.size(0), 1, kernel.size(3));
            }
        }
        return reshape(concat(1, List.of(slopes)), kernel); // [O, kh · kw, I]
    }

    private static Value narrowKernelGradient(Value x, Value dY, Shape kernel, Window window) {
        int outputs = kernel.size(0);
        int height = kernel.size(1);
        int width = kernel.size(2);
        Value shifts = cast(Convolution.shifts(x.graph(), outputs, height, width), dY.elementType());
        Value copies = convolved(
                dY, transpose(shifts, TO_CHANNELS_LAST), window.mirrored(height, width)); // [n, H, W, kh·kw·O]
        Value slope = matMul(transposeLast(rows(copies)), rows(x)); // [kh · kw · O, I]
        return transpose(reshape(slope, height, width, outputs, kernel.size(3)), 2, 0, 1, 3);
    }

    /** Turns {@code [n, H, W, C]} into {@code [n · H · W, C]}. */
    private static Value rows(Value x) {
        int channels = x.shape().size(3);
        return reshape(x, Math.toIntExact(x.shape().elementCount() / channels), channels);
    }

    /** Returns what a {@link #NHWC_CONV} node gives, of operators of ONNX's own domain. */
    static Value ofParts(Node node, List<Value> inputs) {
        Value images = Convolution.CONV.apply(
                Window.of(node).attributes(),
                transpose(inputs.get(0), TO_CHANNELS_FIRST),
                transpose(inputs.get(1), TO_CHANNELS_FIRST),
                inputs.get(2));
        return transpose(images, TO_CHANNELS_LAST);
    }
}
