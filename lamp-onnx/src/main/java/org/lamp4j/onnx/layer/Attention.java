package org.lamp4j.onnx.layer;

import java.util.Optional;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.MultiHeadAttention;

/** {@code softmax(q kᵀ / √d) v} for several heads side by side (Vaswani et al., arXiv 1706.03762, equation 1). */
public final class Attention {

    private Attention() {}

    /**
     * Attends from T queries to S keys.
     *
     * @param queries {@code [B, T, C]}, heads side by side in C
     * @param keys {@code [B, S, C]}
     * @param values {@code [B, S, C]}
     * @param heads number of heads, a divisor of C
     * @return {@code [B, T, C]}
     */
    public static Value attention(Value queries, Value keys, Value values, int heads) {
        return MultiHeadAttention.multiHeadAttention(queries, keys, values, heads);
    }

    /**
     * Attends from T queries to S keys, with a number added to each score.
     *
     * @param queries {@code [B, T, C]}, heads side by side in C
     * @param keys {@code [B, S, C]}
     * @param values {@code [B, S, C]}
     * @param heads number of heads, a divisor of C
     * @param mask added to the scores before the softmax, {@code [T, S]}; empty for nothing
     * @return {@code [B, T, C]}
     */
    public static Value attention(Value queries, Value keys, Value values, int heads, Optional<Value> mask) {
        return mask.isPresent()
                ? MultiHeadAttention.ofParts(queries, keys, values, heads, mask)
                : attention(queries, keys, values, heads);
    }
}
