package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.div;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sqrt;
import static org.lamp4j.onnx.op.Elementwise.sub;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Reductions.mean;
import static org.lamp4j.onnx.op.Reductions.sum;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/**
 * Normalisation to mean 0 and variance 1, and softmax.
 *
 * <p>With x̂ = (x - μ)/σ over n elements, y = γ x̂ + β and g = γ ∂L/∂y, all the normalisations here share {@code ∂L/∂x
 * = (g - mean(g) - x̂ · mean(g · x̂)) / σ} (Ioffe and Szegedy, arXiv 1502.03167, section 3).
 */
public final class Normalization {

    /** {@code Y = γ (X - μ)/σ + β} over the innermost axis; μ and 1/σ are FLOAT whatever the type of X. */
    static final Operator LAYER_NORMALIZATION = Operator.named("LayerNormalization", "X", "Scale", "B")
            .types(node -> {
                Types.sameElementType(node);
                TensorType type = node.input(0).type();
                if (node.input(1).shape().rank() != 1
                        || node.input(1).shape().size(0) != type.shape().size(-1)
                        || !node.input(1).shape().equals(node.input(2).shape())) {
                    throw Types.mismatch("input […, C], scale [C] and bias [C]", node);
                }
                TensorType statistics =
                        new TensorType(ElementType.FLOAT, type.shape().with(-1, 1));
                return List.of(type, statistics, statistics);
            })
            .flops(Flops.NORMALIZATION)
            .gradient(0, (node, dY, input) -> {
                Value g = cast(mul(dY, node.input(1)), ElementType.FLOAT);
                return cast(inputGradient(g, layerXHat(node), node.output(2), -1), dY.elementType());
            })
            .gradient(1, (node, dY, input) -> cast(mul(cast(dY, ElementType.FLOAT), layerXHat(node)), dY.elementType()))
            .gradient(2, (node, dY, input) -> dY)
            .build();

    /** {@code Y = γ (X - μ)/σ + β} over all axes but the first two; γ and β are per axis 1. */
    static final Operator INSTANCE_NORMALIZATION = Operator.named("InstanceNormalization", "input", "scale", "B")
            .types(node -> {
                if (node.input(0).shape().rank() < 3
                        || node.input(1).shape().rank() != 1
                        || node.input(1).shape().size(0)
                                != node.input(0).shape().size(1)
                        || !node.input(1).shape().equals(node.input(2).shape())) {
                    throw Types.mismatch("input [B, C, …], scale [C] and bias [C]", node);
                }
                return List.of(node.input(0).type());
            })
            .flops(Flops.NORMALIZATION)
            .gradient(0, (node, dY, input) -> {
                Value inverseDeviation = inverseDeviation(node);
                boolean plain = isAll(1, node.input(1)) && isAll(0, node.input(2)); // then Y is x̂
                Value g = plain ? dY : mul(dY, perChannel(node.input(1), node));
                Value xHat = plain ? node.output(0) : xHat(node, inverseDeviation);
                return inputGradient(g, xHat, inverseDeviation, innerAxes(node));
            })
            .gradient(1, (node, dY, input) -> {
                Value product = sum(mul(dY, xHat(node, inverseDeviation(node))), outerAndInnerAxes(node));
                return reshape(product, node.input(1).shape());
            })
            .gradient(
                    2,
                    (node, dY, input) -> reshape(
                            sum(dY, outerAndInnerAxes(node)), node.input(2).shape()))
            .build();

    /** {@code Yᵢ = exp Xᵢ / Σ exp X} over the innermost axis: {@code dX = Y · (dY - Σ dY · Y)}. */
    static final Operator SOFTMAX = Operator.named("Softmax", "input")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.each(5))
            .gradient(0, (node, dY, input) -> {
                Value y = node.output(0);
                Value weighted = mul(dY, y);
                return sub(weighted, mul(y, sum(weighted, -1)));
            })
            .build();

    private Normalization() {}

    /**
     * Normalises over the innermost axis.
     *
     * @param x {@code […, C]}
     * @param scale γ, {@code [C]}
     * @param bias β, {@code [C]}
     * @param epsilon added to the variance
     * @return the normalised tensor, in the shape of {@code x}
     */
    public static Value layerNormalization(Value x, Value scale, Value bias, float epsilon) {
        if (x.graph().target().normalizesRowsAsChannels() && x.elementType() == ElementType.FLOAT) {
            return add(mul(rowsAsChannels(x, epsilon), scale), bias);
        }
        return LAYER_NORMALIZATION.apply(
                Map.of("axis", Attribute.of(-1), "epsilon", Attribute.of(epsilon)), x, scale, bias);
    }

    /**
     * Normalises over all axes but the first two.
     *
     * @param x {@code [B, C, …]}
     * @param scale γ, {@code [C]}
     * @param bias β, {@code [C]}
     * @param epsilon added to the variance
     * @return the normalised tensor, in the shape of {@code x}
     */
    public static Value instanceNormalization(Value x, Value scale, Value bias, float epsilon) {
        return INSTANCE_NORMALIZATION.apply(Map.of("epsilon", Attribute.of(epsilon)), x, scale, bias);
    }

    /**
     * Normalises over all axes but the first two, without scale and bias.
     *
     * @param x {@code [B, C, …]}, FLOAT
     * @param epsilon added to the variance
     * @return the normalised tensor, in the shape of {@code x}
     */
    public static Value instanceNormalization(Value x, float epsilon) {
        Shape channels = Shape.of(x.shape().size(1));
        float[] ones = new float[channels.size(0)];
        Arrays.fill(ones, 1);
        Value scale = x.graph().constant(channels, ones);
        Value bias = x.graph().constant(channels, new float[ones.length]);
        return instanceNormalization(x, scale, bias, epsilon);
    }

    /**
     * Normalises groups of channels over all positions.
     *
     * @param x {@code [n, P, C]}
     * @param scale γ, {@code [C]}
     * @param bias β, {@code [C]}
     * @param groups number of groups, a divisor of C
     * @param epsilon added to the variance
     * @return the normalised tensor, in the shape of {@code x}
     */
    public static Value groupNormalization(Value x, Value scale, Value bias, int groups, float epsilon) {
        return GroupNormalization.of(x, scale, bias, groups, epsilon);
    }

    /**
     * Turns the innermost axis into weights that sum to 1.
     *
     * @param x any tensor
     * @return {@code exp xᵢ / Σ exp x}, in the shape of {@code x}
     */
    public static Value softmax(Value x) {
        return SOFTMAX.apply(Map.of("axis", Attribute.of(-1)), x);
    }

    /** Returns {@code (x - μ)/σ} over the innermost axis, each row of it a channel of one image. */
    private static Value rowsAsChannels(Value x, float epsilon) {
        int size = x.shape().size(-1);
        int rows = Math.toIntExact(x.shape().elementCount() / size);
        return reshape(instanceNormalization(reshape(x, 1, rows, size), epsilon), x.shape());
    }

    private static Value inputGradient(Value g, Value xHat, Value inverseDeviation, int... axes) {
        Value centred = sub(g, mean(g, axes));
        return mul(sub(centred, mul(xHat, mean(mul(g, xHat), axes))), inverseDeviation);
    }

    private static Value layerXHat(Node node) {
        return mul(sub(cast(node.input(0), ElementType.FLOAT), node.output(1)), node.output(2));
    }

    private static Value xHat(Node node, Value inverseDeviation) {
        Value x = node.input(0);
        return mul(sub(x, mean(x, innerAxes(node))), inverseDeviation);
    }

    private static Value inverseDeviation(Node node) {
        Value x = node.input(0);
        Value centred = sub(x, mean(x, innerAxes(node)));
        Value variance = mean(mul(centred, centred), innerAxes(node));
        Value deviation = sqrt(add(variance, node.floatAttribute("epsilon")));
        Value one = x.graph().constant(Shape.of(), 1);
        return div(cast(one, x.elementType()), deviation);
    }

    private static boolean isAll(float number, Value value) {
        return value.elementType() == ElementType.FLOAT
                && value.data()
                        .map(bytes -> {
                            FloatBuffer floats = bytes.asFloatBuffer();
                            while (floats.hasRemaining()) {
                                if (floats.get() != number) {
                                    return false;
                                }
                            }
                            return true;
                        })
                        .orElse(false);
    }

    private static Value perChannel(Value perChannel, Node node) {
        int[] sizes = new int[node.input(0).shape().rank() - 1];
        Arrays.fill(sizes, 1);
        sizes[0] = perChannel.shape().size(0);
        return reshape(perChannel, sizes); // [C, 1, …]
    }

    private static int[] innerAxes(Node node) {
        return IntStream.range(2, node.input(0).shape().rank()).toArray();
    }

    private static int[] outerAndInnerAxes(Node node) {
        return IntStream.range(0, node.input(0).shape().rank())
                .filter(axis -> axis != 1)
                .toArray();
    }
}
