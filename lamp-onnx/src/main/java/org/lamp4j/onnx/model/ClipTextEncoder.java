package org.lamp4j.onnx.model;

import static org.lamp4j.onnx.layer.Norms.layerNorm;
import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Slicing.gatherRows;
import static org.lamp4j.onnx.op.Slicing.slice;

import java.util.Optional;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.ClipTransformer;
import org.lamp4j.onnx.layer.Linear;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.tensor.Shape;

/**
 * CLIP's text encoder (Radford et al., arXiv 2103.00020): a causal pre-norm transformer over the tokens of a prompt.
 */
public final class ClipTextEncoder {

    /** The key of the vectors of all tokens, {@code [vocabulary, D]}. */
    public static final String TOKEN_EMBEDDING = "text_model.embeddings.token_embedding.weight";

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
        ClipTransformer transformer = new ClipTransformer(
                config.layers(),
                config.heads(),
                config.feedForwardWidth(),
                config.epsilon(),
                ClipActivation.of(config.activation()));
        x = transformer.apply(scope, x, Optional.of(mask));
        return layerNorm(scope.child("final_layer_norm"), x, config.epsilon());
    }

    /**
     * Builds the network with what stands for a whole prompt.
     *
     * @param root scope of a CLIP model's parameters, of empty path
     * @param tokenIds {@code [1, N]}, INT64
     * @param end where the end token is, {@code [1]}, INT64
     * @param embeddingWidth E, width of the space that it shares with the vision tower
     * @return the prompt's embedding {@code [1, E]}, of any length
     */
    public Value embed(Scope root, Value tokenIds, Value end, int embeddingWidth) {
        Value rows = reshape(apply(root, tokenIds), tokenIds.shape().size(1), config.width());
        return Linear.linearWithoutBias(root.child("text_projection"), gatherRows(rows, end), embeddingWidth);
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
