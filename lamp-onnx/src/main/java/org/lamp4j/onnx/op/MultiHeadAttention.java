package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.negate;
import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Layout.expand;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.Layout.transposeLast;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;
import static org.lamp4j.onnx.op.Normalization.softmax;
import static org.lamp4j.onnx.op.Reductions.sum;
import static org.lamp4j.onnx.op.Slicing.slice;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/**
 * Attention without its matrix of weights, P = softmax(Q Kᵀ/√d), which for the tokens of a clip is gigabytes.
 *
 * <p>Forward it is one fused operator. Backward P is computed again, a block of heads and queries at a time, with D =
 * rowsum(dO ∘ O) for the softmax (Dao et al., FlashAttention, arXiv 2205.14135, appendix B.2):
 *
 * <pre>
 *   dV = Pᵀ dO     dP - D = [dO, -D] [V, 1]ᵀ     dS = P ∘ (dP - D)     dQ = dS K/√d     dK = dSᵀ Q/√d
 * </pre>
 */
public final class MultiHeadAttention {

    private static final long SOFTMAX_FLOPS = 5;

    /** {@code O = softmax(Q Kᵀ/√d) V} for heads side by side. */
    static final Operator MULTI_HEAD_ATTENTION = Operator.named("MultiHeadAttention", "query", "key", "value")
            .inDomain("com.microsoft")
            .types(node -> {
                Types.sameElementType(node);
                Shape query = node.input(0).shape();
                Shape key = node.input(1).shape();
                if (query.rank() != 3
                        || !key.equals(query.with(1, key.size(1)))
                        || !key.equals(node.input(2).shape())
                        || query.size(2) % node.longAttribute("num_heads") != 0) {
                    throw Types.mismatch("query [B, T, C], key and value [B, S, C], C a multiple of the heads", node);
                }
                return List.of(node.input(0).type());
            })
            .flops(node -> {
                long keys = node.input(1).shape().size(1);
                long rows = Flops.outputs(node) / node.input(0).shape().size(2);
                return keys * (4 * Flops.outputs(node) + SOFTMAX_FLOPS * node.longAttribute("num_heads") * rows);
            })
            .gradients((node, dO, inputs) -> gradients(
                    node, dO.get(0), inputs, node.output(0).graph().target().attentionBytes()))
            .build();

    private MultiHeadAttention() {}

    /**
     * Attends from T queries to S keys.
     *
     * @param query {@code [B, T, C]}, heads side by side in C
     * @param key {@code [B, S, C]}
     * @param value {@code [B, S, C]}
     * @param heads number of heads, a divisor of C
     * @return {@code [B, T, C]}
     */
    public static Value multiHeadAttention(Value query, Value key, Value value, int heads) {
        return MULTI_HEAD_ATTENTION.apply(Map.of("num_heads", Attribute.of(heads)), query, key, value);
    }

    /**
     * Attends from T queries to S keys with the operators of ONNX's own domain, which hold P.
     *
     * @param query {@code [B, T, C]}, heads side by side in C
     * @param key {@code [B, S, C]}
     * @param value {@code [B, S, C]}
     * @param heads number of heads, a divisor of C
     * @param mask added to the scores before the softmax, {@code [T, S]}; empty for nothing
     * @return {@code [B, T, C]}
     */
    public static Value ofParts(Value query, Value key, Value value, int heads, Optional<Value> mask) {
        float scale = (float) (1 / Math.sqrt((double) query.shape().size(2) / heads));
        Value q = transpose(splitHeads(mul(query, scale), heads), 0, 2, 1, 3); // [B, heads, T, d]
        Value k = transpose(splitHeads(key, heads), 0, 2, 3, 1); // [B, heads, d, S]
        Value v = transpose(splitHeads(value, heads), 0, 2, 1, 3); // [B, heads, S, d]
        Value scores = matMul(q, k);
        Value p = softmax(mask.map(added -> add(scores, added)).orElse(scores)); // [B, heads, T, S]
        return reshape(transpose(matMul(p, v), 0, 2, 1, 3), query.shape());
    }

    private static Value splitHeads(Value x, int heads) {
        Shape shape = x.shape();
        return reshape(x, shape.size(0), shape.size(1), heads, shape.size(2) / heads);
    }

    /**
     * Returns what a node gives, by {@link #ofParts}, with at most so many bytes of P at a time, but one row at least.
     */
    static Value inBlocks(Node node, List<Value> inputs, long blockBytes) {
        int heads = Math.toIntExact(node.longAttribute("num_heads"));
        Shape query = node.input(0).shape();
        int queries = query.size(1);
        long rowBytes = (long) heads
                * node.input(1).shape().size(1)
                * node.input(0).elementType().byteWidth();
        int rows = (int) Math.max(1, Math.min(queries, blockBytes / rowBytes));
        int entries = (int) Math.max(1, Math.min(query.size(0), blockBytes / (rows * rowBytes)));
        List<Value> blocks = new ArrayList<>();
        for (int entry = 0; entry < query.size(0); entry += entries) {
            int end = Math.min(query.size(0), entry + entries);
            Value q = part(inputs.get(0), 0, entry, end);
            Value k = part(inputs.get(1), 0, entry, end);
            Value v = part(inputs.get(2), 0, entry, end);
            List<Value> attended = new ArrayList<>();
            for (int row = 0; row < queries; row += rows) {
                Value some = part(q, 1, row, Math.min(queries, row + rows));
                attended.add(ofParts(some, k, v, heads, Optional.empty()));
            }
            blocks.add(concat(1, attended));
        }
        return concat(0, blocks);
    }

    private static Value part(Value x, int axis, int from, int end) {
        return end - from == x.shape().size(axis) ? x : slice(x, axis, from, end);
    }

    /** Returns the gradients of some inputs, with at most so many bytes of P at a time, but one row at least. */
    static Map<Integer, Value> gradients(Node node, Value dO, Set<Integer> inputs, long blockBytes) {
        return new Backward(node, dO, inputs).inBlocks(blockBytes);
    }

    /** The gradients of one node. H is the number of heads of all batch entries together, d a head's width. */
    private static final class Backward {

        private final Shape query;
        private final int heads;
        private final boolean ofQuery;
        private final boolean ofKeyAndValue;
        private final float scale;
        private final Value q; // [H, T, d], scaled
        private final Value k; // [H, S, d]
        private final Value vT; // [H, d, S]
        private final Value dO; // [H, T, d]
        private final Value minusD; // [H, T, 1]

        Backward(Node node, Value dO, Set<Integer> inputs) {
            query = node.input(0).shape();
            heads = Math.toIntExact(node.longAttribute("num_heads"));
            ofQuery = inputs.contains(0);
            ofKeyAndValue = inputs.contains(1) || inputs.contains(2);
            scale = (float) (1 / Math.sqrt((double) query.size(2) / heads));
            q = split(mul(node.input(0), scale));
            k = split(node.input(1));
            vT = transposeLast(split(node.input(2)));
            this.dO = split(dO);
            minusD = negate(sum(mul(this.dO, split(node.output(0))), -1));
        }

        /** A product with it adds a number to each row. */
        private static Value withOnes(Value vT) {
            Value one = cast(vT.graph().constant(Shape.of(), 1), vT.elementType());
            return concat(1, List.of(vT, expand(one, vT.shape().with(1, 1))));
        }

        private Value split(Value x) {
            int tokens = x.shape().size(1);
            int width = x.shape().size(2) / heads;
            Value parted = transpose(reshape(x, x.shape().size(0), tokens, heads, width), 0, 2, 1, 3);
            return reshape(parted, x.shape().size(0) * heads, tokens, width);
        }

        private Value join(Value parted) {
            int tokens = parted.shape().size(1);
            int width = parted.shape().size(2);
            Value x = reshape(parted, query.size(0), heads, tokens, width);
            return reshape(transpose(x, 0, 2, 1, 3), query.size(0), tokens, heads * width);
        }

        Map<Integer, Value> inBlocks(long blockBytes) {
            int allHeads = q.shape().size(0);
            int queries = q.shape().size(1);
            long rowBytes = (long) k.shape().size(1) * q.elementType().byteWidth();
            int rows = (int) Math.max(1, Math.min(queries, blockBytes / rowBytes));
            int headsAtOnce = (int) Math.max(1, Math.min(allHeads, blockBytes / (rows * rowBytes)));
            boolean onlyBlock = rows == queries && headsAtOnce == allHeads;
            List<Value> dQ = new ArrayList<>();
            List<Value> dK = new ArrayList<>();
            List<Value> dV = new ArrayList<>();
            for (int head = 0; head < allHeads; head += headsAtOnce) {
                Heads some = new Heads(head, Math.min(allHeads, head + headsAtOnce), onlyBlock);
                List<List<Value>> blocks = new ArrayList<>();
                for (int row = 0; row < queries; row += rows) {
                    blocks.add(some.block(row, Math.min(queries, row + rows)));
                }
                if (ofQuery) {
                    dQ.add(concat(1, blocks.stream().map(block -> block.get(0)).toList()));
                }
                if (ofKeyAndValue) {
                    dK.add(total(blocks, blocks.get(0).size() - 2));
                    dV.add(total(blocks, blocks.get(0).size() - 1));
                }
            }
            Map<Integer, Value> gradients = new HashMap<>();
            if (ofQuery) {
                gradients.put(0, mul(join(concat(0, dQ)), scale));
            }
            if (ofKeyAndValue) {
                gradients.put(1, join(transposeLast(concat(0, dK))));
                gradients.put(2, join(transposeLast(concat(0, dV))));
            }
            return gradients;
        }

        private static Value total(List<List<Value>> blocks, int index) {
            return blocks.stream()
                    .map(block -> block.get(index))
                    .reduce((a, b) -> add(a, b))
                    .orElseThrow();
        }

        /** Some of the heads: h of them. */
        private final class Heads {

            private final Value qs; // [h, T, d]
            private final Value ks; // [h, S, d]
            private final Value kT; // [h, d, S]
            private final Value vTs; // [h, d, S]; of several blocks [h, d + 1, S], with ones
            private final Value dOs; // [h, T, d]
            private final Value minusD; // [h, T, 1]

            private final boolean onlyBlock;

            Heads(int from, int end, boolean onlyBlock) {
                this.onlyBlock = onlyBlock;
                qs = part(q, 0, from, end);
                ks = part(k, 0, from, end);
                kT = transposeLast(ks);
                vTs = onlyBlock ? vT : withOnes(part(vT, 0, from, end));
                dOs = part(dO, 0, from, end);
                minusD = part(Backward.this.minusD, 0, from, end);
            }

            /** Returns dQ/scale {@code [h, t, d]}, and parts of dKᵀ and dVᵀ {@code [h, d, S]}, as far as wanted. */
            List<Value> block(int from, int end) {
                Value qRows = part(qs, 1, from, end);
                Value dORows = part(dOs, 1, from, end);
                Value p = softmax(matMul(qRows, kT)); // [h, t, S]
                Value minusDRows = part(minusD, 1, from, end);
                Value dPMinusD = onlyBlock
                        ? add(matMul(dORows, vTs), minusDRows)
                        : matMul(concat(2, List.of(dORows, minusDRows)), vTs);
                Value dS = mul(p, dPMinusD);
                List<Value> parts = new ArrayList<>();
                if (ofQuery) {
                    parts.add(matMul(dS, ks));
                }
                if (ofKeyAndValue) {
                    parts.add(matMul(transposeLast(qRows), dS));
                    parts.add(matMul(transposeLast(dORows), p));
                }
                return onlyBlock ? parts : Layout.together(parts);
            }
        }
    }
}
