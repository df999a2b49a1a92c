package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.div;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.negate;
import static org.lamp4j.onnx.op.Elementwise.sqrt;
import static org.lamp4j.onnx.op.Elementwise.sub;
import static org.lamp4j.onnx.op.Layout.expand;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.Normalization.instanceNormalization;
import static org.lamp4j.onnx.op.Reductions.mean;
import static org.lamp4j.onnx.op.Reductions.sum;

import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/**
 * Group normalisation (Wu and He, arXiv 1803.08494) where channels lie on the innermost axis, in one operator of ONNX
 * Runtime's for GPUs. Its statistics are FLOAT whatever the type of X.
 */
final class GroupNormalization {

    /**
     * {@code Y = γ (X - μ)/σ + β}, with μ and σ over all positions and the channels of a group. With mean(·) over the
     * same, and x̂ = (X - μ)/σ:
     *
     * <pre>
     *   dX = (γ dY - mean(γ dY) - x̂ · mean(γ dY · x̂)) / σ
     *      = a dY + b X + c,   a = γ/σ,   b = -mean(γ dY · x̂)/σ²,   c = -mean(γ dY)/σ - b μ
     * </pre>
     */
    static final Operator GROUP_NORM = Operator.named("GroupNorm", "X", "gamma", "beta")
            .inDomain("com.microsoft")
            .types(node -> {
                Shape x = node.input(0).shape();
                Shape perChannel = Shape.of(x.size(-1));
                if (x.rank() != 4
                        || x.size(-1) % node.longAttribute("groups") != 0
                        || !node.input(1).shape().equals(perChannel)
                        || !node.input(2).shape().equals(perChannel)) {
                    throw Types.mismatch(
                            "input [n, H, W, C], C a multiple of " + node.longAttribute("groups")
                                    + ", scale [C] and bias [C]",
                            node);
                }
                return List.of(node.input(0).type());
            })
            .flops(Flops.NORMALIZATION)
            .gradient(0, (node, dY, input) -> inputGradient(node, dY))
            .gradient(1, (node, dY, input) -> {
                Moments moments = new Moments(node);
                Value xHat = mul(sub(moments.x, moments.mean), moments.inverseDeviation);
                return summed(mul(cast(dY, ElementType.FLOAT), xHat), node.input(1));
            })
            .gradient(2, (node, dY, input) -> summed(cast(dY, ElementType.FLOAT), node.input(2)))
            .build();

    private static final int LARGEST_GROUP = 512;

    private GroupNormalization() {}

    /** Normalises groups of the innermost axis of {@code x [n, P, C]} over all positions. */
    static Value of(Value x, Value scale, Value bias, int groups, float epsilon) {
        Shape shape = x.shape();
        if (!fitsOperator(shape.size(2) / groups)) {
            return ofParts(x, cast(scale, ElementType.FLOAT), cast(bias, ElementType.FLOAT), groups, epsilon);
        }
        Map<String, Attribute> attributes = Map.of(
                "groups", Attribute.of(groups),
                "epsilon", Attribute.of(epsilon),
                "activation", Attribute.of(0),
                "channels_last", Attribute.of(1));
        Value normalized = GROUP_NORM.apply(
                attributes,
                reshape(x, shape.size(0), shape.size(1), 1, shape.size(2)),
                cast(scale, ElementType.FLOAT),
                cast(bias, ElementType.FLOAT));
        return reshape(normalized, shape);
    }

    /** The operator's kernel takes two channels at a time, and a group in one block. */
    private static boolean fitsOperator(int channelsPerGroup) {
        return channelsPerGroup % 2 == 0 && channelsPerGroup <= LARGEST_GROUP;
    }

    /** Mean and inverse deviation of the groups of a node's input, for each channel: {@code [n, 1, 1, C]}, FLOAT. */
    private static final class Moments {

        private final Node node;
        private final Value x;
        private final Value mean;
        private final Value inverseDeviation;

        private Moments(Node node) {
            this.node = node;
            x = cast(node.input(0), ElementType.FLOAT);
            mean = overGroup(overPositions(x));
            Value centred = sub(x, mean);
            Value variance = overGroup(overPositions(mul(centred, centred)));
            Value deviation = sqrt(add(variance, node.floatAttribute("epsilon")));
            inverseDeviation = div(x.graph().constant(Shape.of(), 1), deviation);
        }

        /** Returns the mean over the channels of a group, for each of these. */
        private Value overGroup(Value perChannel) {
            Shape shape = perChannel.shape();
            int groups = Math.toIntExact(node.longAttribute("groups"));
            Shape grouped = Shape.of(shape.size(0), groups, shape.size(3) / groups);
            return reshape(expand(mean(reshape(perChannel, grouped), 2), grouped), shape);
        }
    }

    private static Value inputGradient(Node node, Value outputGradient) {
        Moments moments = new Moments(node);
        Value dY = cast(outputGradient, ElementType.FLOAT);
        Value scale = node.input(1);
        Value meanSlope = moments.overGroup(mul(overPositions(dY), scale)); // mean(γ dY)
        Value product = moments.overGroup(mul(overPositions(mul(dY, moments.x)), scale)); // mean(γ dY · X)
        Value covariance = mul(sub(product, mul(meanSlope, moments.mean)), moments.inverseDeviation);
        Value a = mul(moments.inverseDeviation, scale);
        Value b = negate(mul(covariance, mul(moments.inverseDeviation, moments.inverseDeviation)));
        Value c = negate(add(mul(meanSlope, moments.inverseDeviation), mul(b, moments.mean)));
        return cast(add(mul(dY, a), add(mul(moments.x, b), c)), outputGradient.elementType());
    }

    /** Returns means {@code [n, 1, 1, C]}. */
    private static Value overPositions(Value x) {
        return mean(x, 1, 2);
    }

    private static Value summed(Value values, Value parameter) {
        return cast(reshape(sum(values, 0, 1, 2), parameter.shape()), parameter.elementType());
    }

    /** Returns what a {@link #GROUP_NORM} node gives, of operators of ONNX's own domain. */
    static Value ofParts(Node node, List<Value> inputs) {
        Value x = inputs.get(0);
        int groups = Math.toIntExact(node.longAttribute("groups"));
        return ofParts(x, inputs.get(1), inputs.get(2), groups, node.floatAttribute("epsilon"));
    }

    /** Normalises {@code x [n, …, C]} by groups that are one behind another for a while. */
    private static Value ofParts(Value x, Value scale, Value bias, int groups, float epsilon) {
        Shape shape = x.shape();
        int channels = shape.size(-1);
        int positions = Math.toIntExact(shape.elementCount() / shape.size(0) / channels);
        Value grouped = transpose(reshape(x, shape.size(0), positions, groups, channels / groups), 0, 2, 1, 3);
        Value rows = reshape(cast(grouped, ElementType.FLOAT), shape.size(0), groups, channels / groups * positions);
        Value normalized = reshape(instanceNormalization(rows, epsilon), grouped.shape());
        Value inPlace = reshape(transpose(normalized, 0, 2, 1, 3), shape);
        return cast(add(mul(inPlace, scale), bias), x.elementType());
    }
}
