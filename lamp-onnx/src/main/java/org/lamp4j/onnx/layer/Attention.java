package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;
import static org.lamp4j.onnx.op.MultiHeadAttention.multiHeadAttention;
import static org.lamp4j.onnx.op.Normalization.softmax;

import java.util.Optional;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

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
        return multiHeadAttention(queries, keys, values, heads);
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
        return mask.map(added -> masked(queries, keys, values, heads, added))
                .orElseGet(() -> attention(queries, keys, values, heads));
    }

    private static Value masked(Value queries, Value keys, Value values, int heads, Value mask) {
        int channels = queries.shape().size(-1);
        float scale = (float) (1 / Math.sqrt((double) channels / heads));
        Value q = transpose(split(mul(queries, scale), heads), 0, 2, 1, 3); // [B, heads, T, d]
        Value k = transpose(split(keys, heads), 0, 2, 3, 1); // [B, heads, d, S]
        Value v = transpose(split(values, heads), 0, 2, 1, 3); // [B, heads, S, d]
        Value weights = softmax(add(matMul(q, k), mask)); // [B, heads, T, S]
        Value attended = transpose(matMul(weights, v), 0, 2, 1, 3); // [B, T, heads, d]
        return reshape(attended, queries.shape());
    }

    private static Value split(Value x, int heads) {
        Shape shape = x.shape();
        return reshape(x, shape.size(0), shape.size(1), heads, shape.size(2) / heads);
    }
}
