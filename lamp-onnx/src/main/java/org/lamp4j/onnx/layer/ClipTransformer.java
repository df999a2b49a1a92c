package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.layer.Linear.linear;
import static org.lamp4j.onnx.layer.Norms.layerNorm;
import static org.lamp4j.onnx.op.Elementwise.add;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.lamp4j.onnx.graph.Value;

/**
 * The pre-norm transformer of CLIP's text and vision towers (Radford et al., arXiv 2103.00020, section 2.4).
 *
 * @param layers number of layers
 * @param heads number of attention heads
 * @param feedForwardWidth width inside the feed-forward parts
 * @param epsilon ε of the LayerNorms
 * @param activation activation of the feed-forward parts
 */
public record ClipTransformer(
        int layers, int heads, int feedForwardWidth, float epsilon, UnaryOperator<Value> activation) {

    /**
     * Builds all layers.
     *
     * @param scope holds {@code encoder.layers.0} and so on
     * @param x {@code [B, N, D]}
     * @param mask added to the attention scores, {@code [N, N]}; empty if every token sees every other
     * @return {@code [B, N, D]}
     */
    public Value apply(Scope scope, Value x, Optional<Value> mask) {
        Value hidden = x;
        for (int layer = 0; layer < layers; layer++) {
            hidden = layer(scope.child("encoder.layers." + layer), hidden, mask);
        }
        return hidden;
    }

    private Value layer(Scope scope, Value input, Optional<Value> mask) {
        int width = input.shape().size(-1);
        Value normed = layerNorm(scope.child("layer_norm1"), input, epsilon);
        Value x = add(input, attend(scope.child("self_attn"), normed, mask));
        normed = layerNorm(scope.child("layer_norm2"), x, epsilon);
        Value h = activation.apply(linear(scope.child("mlp.fc1"), normed, feedForwardWidth));
        return add(x, linear(scope.child("mlp.fc2"), h, width));
    }

    private Value attend(Scope scope, Value x, Optional<Value> mask) {
        return scope.build(() -> {
            int width = x.shape().size(-1);
            Value q = linear(scope.child("q_proj"), x, width);
            Value k = linear(scope.child("k_proj"), x, width);
            Value v = linear(scope.child("v_proj"), x, width);
            return linear(scope.child("out_proj"), Attention.attention(q, k, v, heads, mask), width);
        });
    }
}
