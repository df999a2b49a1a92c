package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.layer.Attention.attention;
import static org.lamp4j.onnx.layer.Linear.affine;
import static org.lamp4j.onnx.layer.Linear.linear;
import static org.lamp4j.onnx.layer.Linear.linearWithoutBias;
import static org.lamp4j.onnx.layer.Linear.pointwise;
import static org.lamp4j.onnx.layer.Norms.LAYER_NORM_EPSILON;
import static org.lamp4j.onnx.layer.Norms.groupNorm;
import static org.lamp4j.onnx.layer.Norms.layerNorm;
import static org.lamp4j.onnx.op.Activations.gelu;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.Layout.transposeLast;
import static org.lamp4j.onnx.op.Slicing.slice;

import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/**
 * The transformer of one spatial level. The tokens of a clip stay together, {@code [B, F·hw, C]}: then attention to
 * frame 0 and to the text is one attention from all tokens of the clip, and keys and values are computed once for it.
 *
 * @param groups number of groups of its GroupNorm
 * @param heads number of heads of each attention
 * @param linearProjection whether {@code proj_in} and {@code proj_out} are stored as linear maps or as 1×1 convolutions
 * @param overTime whether each pixel attends over the frames as well
 */
public record VideoTransformer(int groups, int heads, boolean linearProjection, boolean overTime) {

    private static final float GROUP_NORM_EPSILON = 1e-6f;
    private static final int FEED_FORWARD_EXPANSION = 4;

    /**
     * Builds the transformer.
     *
     * @param scope holds {@code norm proj_in transformer_blocks.0 proj_out}
     * @param x {@code [B, C, F, h, w]}
     * @param context text hidden states {@code [B, N, D]}
     * @return {@code [B, C, F, h, w]}
     */
    public Value apply(Scope scope, Value x, Value context) {
        return scope.build(() -> {
            Shape shape = x.shape();
            int channels = shape.size(1);
            int frames = shape.size(2);
            int pixels = shape.size(3) * shape.size(4);
            Value pictures = groupNorm(scope.child("norm"), Frames.toPictures(x), groups, GROUP_NORM_EPSILON);
            Value tokens = transposeLast(reshape(pictures, shape.size(0) * frames, channels, pixels)); // [B·F, hw, C]
            tokens = reshape(tokens, shape.size(0), frames * pixels, channels); // [B, F·hw, C]
            tokens = project(scope.child("proj_in"), tokens);
            tokens = block(scope.child("transformer_blocks.0"), tokens, context, pixels);
            tokens = project(scope.child("proj_out"), tokens);
            return scope.graph().cutAfter(add(reshape(transposeLast(tokens), shape), x));
        });
    }

    private Value project(Scope scope, Value tokens) {
        int channels = tokens.shape().size(-1);
        return linearProjection ? linear(scope, tokens, channels) : pointwise(scope, tokens, channels);
    }

    private Value block(Scope scope, Value tokens, Value context, int pixels) {
        Value x = tokens;
        Value normed = layerNorm(scope.child("norm1"), x, LAYER_NORM_EPSILON);
        x = add(x, attend(scope.child("attn1"), normed, slice(normed, 1, 0, pixels))); // to frame 0
        normed = layerNorm(scope.child("norm2"), x, LAYER_NORM_EPSILON);
        x = add(x, attend(scope.child("attn2"), normed, context));
        x = add(x, feedForward(scope.child("ff"), layerNorm(scope.child("norm3"), x, LAYER_NORM_EPSILON)));
        return overTime ? add(x, attendOverTime(scope, x, pixels)) : x;
    }

    private Value attend(Scope scope, Value tokens, Value source) {
        return scope.build(() -> {
            int channels = tokens.shape().size(-1);
            Value q = linearWithoutBias(scope.child("to_q"), tokens, channels);
            Value k = linearWithoutBias(scope.child("to_k"), source, channels);
            Value v = linearWithoutBias(scope.child("to_v"), source, channels);
            return linear(scope.child("to_out.0"), attention(q, k, v, heads), channels);
        });
    }

    /**
     * {@code (x Wᵥ + bᵥ) · gelu(x W_g + b_g)}, then back to C channels. The checkpoint holds both maps in one matrix; taking
     * that apart costs nothing at run time, unlike taking apart their outputs.
     */
    private static Value feedForward(Scope scope, Value tokens) {
        return scope.build(() -> {
            int channels = tokens.shape().size(-1);
            int width = FEED_FORWARD_EXPANSION * channels;
            Value weight = scope.child("net.0.proj").parameter("weight", 2 * width, channels); // value, then gate
            Value bias = scope.child("net.0.proj").parameter("bias", 2 * width);
            Value value = affine(tokens, slice(weight, 0, 0, width), slice(bias, 0, 0, width));
            Value gate = affine(tokens, slice(weight, 0, width, 2 * width), slice(bias, 0, width, 2 * width));
            return linear(scope.child("net.2"), mul(value, gelu(gate)), channels);
        });
    }

    private Value attendOverTime(Scope scope, Value tokens, int pixels) {
        return scope.build(() -> {
            Shape shape = tokens.shape();
            int frames = shape.size(1) / pixels;
            Value byFrame = reshape(tokens, shape.size(0), frames, pixels, shape.size(2));
            Value byPixel = transpose(byFrame, 0, 2, 1, 3); // [B, hw, F, C]
            byPixel = reshape(byPixel, shape.size(0) * pixels, frames, shape.size(2)); // [B·hw, F, C]
            Value normed = layerNorm(scope.child("norm_temp"), byPixel, LAYER_NORM_EPSILON);
            Value attended = attend(scope.child("attn_temp"), normed, normed);
            attended = reshape(attended, shape.size(0), pixels, frames, shape.size(2));
            return reshape(transpose(attended, 0, 2, 1, 3), shape); // [B, F·hw, C]
        });
    }
}
