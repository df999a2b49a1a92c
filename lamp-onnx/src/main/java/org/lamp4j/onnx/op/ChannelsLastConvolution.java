package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;
import static org.lamp4j.onnx.op.Slicing.pad;
import static org.lamp4j.onnx.op.Slicing.reverse;

import com.google.common.math.IntMath;
import java.math.RoundingMode;
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
 * A convolution of images whose channels lie on the innermost axis, {@code [n, H, W, I]}. A GPU's matrix units take
 * them so.
 */
final class ChannelsLastConvolution {

    /**
     * {@code Y = W ⋆ X + b}, as {@link Convolution#CONV} with the axes in another order. ONNX Runtime's operator for
     * GPUs wants to know W and b when it loads the graph, so they have no gradients.
     */
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
            .fixed(1, 2)
            .build();

    /** Matrix units take channels in multiples of this. */
    private static final int ALIGNMENT = 8;

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
        if (kernel.shape().size(0) == 1 && window.stride() == 1) {
            return toOneChannel(x, kernel, bias, window);
        }
        if (isFixed(kernel)) {
            return byFixedKernel(x, transpose(kernel, TO_CHANNELS_LAST), bias, window);
        }
        Value images = transpose(x, TO_CHANNELS_FIRST);
        Value convolved = bias.isPresent()
                ? Convolution.CONV.apply(window.attributes(), images, kernel, bias.get())
                : Convolution.CONV.apply(window.attributes(), images, kernel);
        return transpose(convolved, TO_CHANNELS_LAST);
    }

    /**
     * A matrix product gives what each position adds to its neighbours, and a convolution by ones puts that there: a
     * convolution to a single channel leaves matrix units idle.
     */
    private static Value toOneChannel(Value x, Value kernel, Optional<Value> bias, Window window) {
        Shape shape = kernel.shape();
        int taps = shape.size(2) * shape.size(3);
        int width = IntMath.divide(taps, ALIGNMENT, RoundingMode.CEILING) * ALIGNMENT;
        Value columns = pad(reshape(kernel, shape.size(1), taps), 1, 0, width - taps);
        Value perTap = matMul(x, columns); // [n, H, W, kh · kw and zeros]
        float[] places = new float[taps * width];
        for (int tap = 0; tap < taps; tap++) {
            places[tap * width + tap] = 1;
        }
        Value ones = x.graph().constant(Shape.of(1, shape.size(2), shape.size(3), width), places);
        return byFixedKernel(perTap, cast(ones, x.elementType()), bias, window);
    }

    /** Convolves by {@code kernel [O, kh, kw, I]}. */
    private static Value byFixedKernel(Value x, Value kernel, Optional<Value> bias, Window window) {
        Optional<Value> inside = bias.filter(ChannelsLastConvolution::isFixed);
        TensorType type =
                new TensorType(x.elementType(), Shape.of(kernel.shape().size(0)));
        Map<String, Attribute> attributes = new HashMap<>(window.attributes());
        attributes.put(
                "kernel_shape",
                Attribute.ofAll(kernel.shape().size(1), kernel.shape().size(2)));
        Value y = NHWC_CONV.apply(
                attributes,
                x,
                kernel,
                inside.orElseGet(
                        () -> x.graph().constant(type, ByteBuffer.allocate(Math.toIntExact(type.byteSize())))));
        return inside.isPresent() ? y : bias.map(vector -> add(y, vector)).orElse(y);
    }

    /** Whether a value follows from weights and constants alone. */
    private static boolean isFixed(Value value) {
        return value.data().isPresent()
                || value.producer()
                        .map(node -> node.inputs().stream().allMatch(ChannelsLastConvolution::isFixed))
                        .orElse(false);
    }

    /** With stride 1 the gradient is itself a convolution, by the flipped kernel. */
    private static Value inputGradient(Node node, Value dY) {
        Value kernel = node.input(1);
        Shape shape = kernel.shape();
        Window window = Window.of(node);
        if (window.stride() == 1) {
            Value taps = reshape(kernel, shape.size(0), shape.size(1) * shape.size(2), shape.size(3));
            Value turned = reshape(
                    transpose(reverse(taps, 1), 2, 1, 0), // [I, kh · kw, O]
                    shape.size(3),
                    shape.size(1),
                    shape.size(2),
                    shape.size(0));
            return byFixedKernel(dY, turned, Optional.empty(), window.mirrored(shape.size(1), shape.size(2)));
        }
        Shape x = node.input(0).shape();
        Value images = Convolution.transposed(
                transpose(dY, TO_CHANNELS_FIRST), transpose(kernel, TO_CHANNELS_FIRST), window, x.size(1), x.size(2));
        return transpose(images, TO_CHANNELS_LAST);
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
