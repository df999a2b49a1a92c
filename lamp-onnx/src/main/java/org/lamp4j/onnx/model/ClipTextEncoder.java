package org.lamp4j.onnx.model;

import static org.lamp4j.onnx.layer.Attention.attention;
import static org.lamp4j.onnx.layer.Linear.linear;
import static org.lamp4j.onnx.layer.Norms.layerNorm;
import static org.lamp4j.onnx.op.Activations.gelu;
import static org.lamp4j.onnx.op.Activations.quickGelu;
import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Slicing.gatherRows;
import static org.lamp4j.onnx.op.Slicing.slice;

import java.util.Optional;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.tensor.Shape;

/** CLIP's text encoder (Radford et al., arXiv 2103.00020): a causal pre-norm transformer over the tokens of a prompt. */
public final class ClipTextEncoder {

    /** Added to the scores of later tokens; finite also in float16. */
    private static final float MASKED = -30_000;

    private final ClipTextConfig config;

    /**
     * Creates the network's plan.
     *
     * @param config its dimensions
     */
    public ClipTextEncoder(ClipTextConfig config) {
        this.config = config;
    }

    /**
     * Builds the network.
     *
     * @param root scope of the encoder's parameters, of empty path
     * @param tokenIds {@code [B, N]}, INT64
     * @return the hidden states {@code [B, N, D]} after the final layer norm
     */
    public Value apply(Scope root, Value tokenIds) {
        Scope scope = root.child("text_model");
        int length = tokenIds.shape().size(1);
        Scope embeddings = scope.child("embeddings");
        Value tokens = embeddings.child("token_embedding").parameter("weight", config.vocabularySize(), config.width());
        Value positions =
                embeddings.child("position_embedding").parameter("weight", config.positions(), config.width());
        Value x = add(gatherRows(tokens, tokenIds), slice(positions, 0, 0, length)); // [B, N, D]
        Value mask = cast(scope.graph().constant(Shape.of(length, length), laterTokens(length)), scope.elementType());
        for (int layer = 0; layer < config.layers(); layer++) {
            x = layer(scope.child("encoder.layers." + layer), x, mask);
        }
        return layerNorm(scope.child("final_layer_norm"), x, config.epsilon());
    }

    private Value layer(Scope scope, Value input, Value mask) {
        Value x = add(input, attend(scope.child("self_attn"), normed(scope.child("layer_norm1"), input), mask));
        Value h = linear(scope.child("mlp.fc1"), normed(scope.child("layer_norm2"), x), config.feedForwardWidth());
        h = config.activation() == ClipTextConfig.Activation.GELU ? gelu(h) : quickGelu(h);
        return add(x, linear(scope.child("mlp.fc2"), h, config.width()));
    }

    private Value normed(Scope scope, Value x) {
        return layerNorm(scope, x, config.epsilon());
    }

    private Value attend(Scope scope, Value x, Value mask) {
        return scope.build(() -> {
            Value q = linear(scope.child("q_proj"), x, config.width());
            Value k = linear(scope.child("k_proj"), x, config.width());
            Value v = linear(scope.child("v_proj"), x, config.width());
            Value attended = attention(q, k, v, config.heads(), Optional.of(mask));
            return linear(scope.child("out_proj"), attended, config.width());
        });
    }

    private static float[] laterTokens(int length) {
        float[] mask = new float[length * length];
        for (int token = 0; token < length; token++) {
            for (int later = token + 1; later < length; later++) {
                mask[token * length + later] = MASKED;
            }
        }
        return mask;
    }
}
