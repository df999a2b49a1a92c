package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Normalization.groupNormalization;
import static org.lamp4j.onnx.op.Normalization.instanceNormalization;
import static org.lamp4j.onnx.op.Normalization.layerNormalization;

import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/** Normalisation with a learned scale and bias. */
public final class Norms {

    /** The ε of every LayerNorm in the UNet's transformers. */
    static final float LAYER_NORM_EPSILON = 1e-5f;

    private Norms() {}

    /**
     * Normalises the innermost axis.
     *
     * @param scope holds {@code weight} and {@code bias}, {@code [C]}
     * @param x {@code […, C]}
     * @param epsilon added to the variance
     * @return the normalised tensor, in the shape of {@code x}
     */
    public static Value layerNorm(Scope scope, Value x, float epsilon) {
        return scope.build(() -> {
            int channels = x.shape().size(-1);
            return layerNormalization(
                    x, scope.parameter("weight", channels), scope.parameter("bias", channels), epsilon);
        });
    }

    /**
     * Normalises groups of channels over all positions: over an image's pixels for {@code [n, C, H, W]}, over the
     * pixels of all frames together for {@code [B, C, F, h, w]}. Statistics are float32 whatever the network's type.
     *
     * @param scope holds {@code weight} and {@code bias}, {@code [C]}
     * @param x {@code [n, C, …]}
     * @param groups number of groups, a divisor of C
     * @param epsilon added to the variance
     * @return the normalised tensor, in the shape of {@code x}
     */
    public static Value groupNorm(Scope scope, Value x, int groups, float epsilon) {
        return scope.build(() -> {
            Shape shape = x.shape();
            int channels = Channels.count(x);
            int positions = Math.toIntExact(shape.elementCount() / shape.size(0) / channels);
            if (Channels.axis(x) != 1) {
                return reshape(
                        groupNormalization(
                                Channels.tokens(x),
                                scope.parameter("weight", channels),
                                scope.parameter("bias", channels),
                                groups,
                                epsilon),
                        shape);
            }
            Value grouped = reshape(x, shape.size(0), groups, channels / groups * positions); // [n, G, C/G · …]
            Value normalized = instanceNormalization(cast(grouped, ElementType.FLOAT), epsilon);
            normalized = reshape(cast(normalized, x.elementType()), shape.size(0), channels, positions); // [n, C, …]
            Value weight = reshape(scope.parameter("weight", channels), channels, 1);
            Value bias = reshape(scope.parameter("bias", channels), channels, 1);
            return reshape(add(mul(normalized, weight), bias), shape);
        });
    }
}
