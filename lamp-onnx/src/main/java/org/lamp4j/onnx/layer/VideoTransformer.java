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
import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.Slicing.slice;
import static org.lamp4j.onnx.op.Slicing.split;

import java.util.ArrayList;
import java.util.List;
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
 * @param bytesAtOnce size of the largest tensor while tokens pass through the block, some frames or pixels after
 *     others; one frame or pixel at least
 */
public record VideoTransformer(int groups, int heads, boolean linearProjection, boolean overTime, long bytesAtOnce) {

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
            Value images = groupNorm(scope.child("norm"), Frames.toImages(x), groups, GROUP_NORM_EPSILON);
            Value tokens = Channels.tokens(images); // [B·F, hw, C]
            int pixels = tokens.shape().size(1);
            tokens = reshape(
                    tokens,
                    x.shape().size(0),
                    Frames.count(x) * pixels,
                    tokens.shape().size(2));
            tokens = project(scope.child("proj_in"), tokens); // [B, F·hw, C]
            tokens = block(scope.child("transformer_blocks.0"), tokens, context, pixels);
            tokens = project(scope.child("proj_out"), tokens);
            return scope.graph().cutAfter(add(Channels.ofTokens(tokens, x), x));
        });
    }

    private Value project(Scope scope, Value tokens) {
        int channels = tokens.shape().size(-1);
        return linearProjection ? linear(scope, tokens, channels) : pointwise(scope, tokens, channels);
    }

    private Value block(Scope scope, Value tokens, Value context, int pixels) {
        List<Value> portions = inPortions(tokens, 1, pixels);
        int channels = tokens.shape().size(-1);
        Value frame0 = layerNorm(scope.child("norm1"), slice(portions.get(0), 1, 0, pixels), LAYER_NORM_EPSILON);
        Source first = source(scope.child("attn1"), frame0, channels);
        Source text = source(scope.child("attn2"), context, channels);
        List<Value> results = new ArrayList<>();
        for (Value portion : portions) {
            Value x = portion;
            x = add(x, attend(scope.child("attn1"), layerNorm(scope.child("norm1"), x, LAYER_NORM_EPSILON), first));
            x = add(x, attend(scope.child("attn2"), layerNorm(scope.child("norm2"), x, LAYER_NORM_EPSILON), text));
            x = add(x, feedForward(scope.child("ff"), layerNorm(scope.child("norm3"), x, LAYER_NORM_EPSILON)));
            results.add(x);
        }
        Value x = concat(1, results);
        return overTime ? add(x, attendOverTime(scope, x, pixels)) : x;
    }

    /** Cuts tokens {@code […, C]} along an axis into portions of a multiple of some indices. */
    private List<Value> inPortions(Value tokens, int axis, int multiple) {
        Shape shape = tokens.shape();
        long bytes = FEED_FORWARD_EXPANSION * tokens.type().byteSize() / shape.size(axis) * multiple;
        int count = shape.size(axis) / multiple;
        return split(tokens, axis, multiple * tokens.graph().target().atOnce(count, Math.max(1, bytesAtOnce / bytes)));
    }

    /** What tokens attend to. */
    private record Source(Value keys, Value values) {}

    private static Source source(Scope scope, Value tokens, int channels) {
        return scope.build(() -> new Source(
                cast(linearWithoutBias(scope.child("to_k"), tokens, channels), scope.attentionType()),
                cast(linearWithoutBias(scope.child("to_v"), tokens, channels), scope.attentionType())));
    }

    private Value attend(Scope scope, Value tokens, Source source) {
        return scope.build(() -> {
            int channels = tokens.shape().size(-1);
            Value q = linearWithoutBias(scope.child("to_q"), tokens, channels);
            Value attended = attention(cast(q, scope.attentionType()), source.keys, source.values, heads);
            return linear(scope.child("to_out.0"), cast(attended, scope.elementType()), channels);
        });
    }

    /**
     * {@code (x Wᵥ + bᵥ) · gelu(x W_g + b_g)}, then back to C channels. The checkpoint holds both maps in one matrix.
     */
    private static Value feedForward(Scope scope, Value tokens) {
        return scope.build(() -> {
            int channels = tokens.shape().size(-1);
            int width = FEED_FORWARD_EXPANSION * channels;
            List<Value> weights = scope.child("net.0.proj").parameterParts("weight", 2, 2 * width, channels);
            List<Value> biases = scope.child("net.0.proj").parameterParts("bias", 2, 2 * width);
            Value value = affine(tokens, weights.get(0), biases.get(0));
            Value gate = affine(tokens, weights.get(1), biases.get(1));
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
            List<Value> results = new ArrayList<>();
            for (Value portion : inPortions(byPixel, 0, 1)) {
                Value normed = layerNorm(scope.child("norm_temp"), portion, LAYER_NORM_EPSILON);
                Scope attention = scope.child("attn_temp");
                results.add(attend(attention, normed, source(attention, normed, shape.size(2))));
            }
            Value attended = concat(0, results);
            attended = reshape(attended, shape.size(0), pixels, frames, shape.size(2));
            return reshape(transpose(attended, 0, 2, 1, 3), shape); // [B, F·hw, C]
        });
    }
}
