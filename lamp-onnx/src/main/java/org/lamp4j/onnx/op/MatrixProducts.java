package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.Layout.transposeLast;

import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/** Matrix products, batched over leading axes. */
public final class MatrixProducts {

    /** {@code Y = A · B}: {@code dA = dY · Bᵀ}, {@code dB = Aᵀ · dY}. */
    static final Operator MAT_MUL = Operator.named("MatMul", "A", "B")
            .types(node -> {
                Types.sameElementType(node);
                Shape a = node.input(0).shape();
                Shape b = node.input(1).shape();
                if (a.rank() < 2 || b.rank() < 2 || a.size(-1) != b.size(-2)) {
                    throw Types.mismatch("matrices […, m, k] and […, k, n]", node);
                }
                Shape batch =
                        Types.broadcast(a.with(-1, 1).with(-2, 1), b.with(-1, 1).with(-2, 1), node);
                return Types.ofShape(node, batch.with(-2, a.size(-2)).with(-1, b.size(-1)));
            })
            .flops(node -> 2 * Flops.outputs(node) * node.input(0).shape().size(-1))
            .gradient(0, (node, dY, input) -> matMul(dY, transposeLast(node.input(1))))
            .gradient(1, (node, dY, input) -> rightGradient(node, dY))
            .build();

    /** A left factor so many times as wide as the right one is not transposed: attention's probabilities. */
    private static final int NARROW_PART = 4;

    /** A smaller factor stays in the cache nearest to a core. */
    private static final long CACHED_BYTES = 256 << 10;

    private MatrixProducts() {}

    /**
     * Returns the matrix product over the two innermost axes; the others broadcast.
     *
     * @param a {@code […, m, k]}
     * @param b {@code […, k, n]}
     * @return {@code […, m, n]}
     */
    public static Value matMul(Value a, Value b) {
        return MAT_MUL.apply(a, b);
    }

    /**
     * A matrix shared by a whole batch takes its gradient in one product over all rows, not in one per batch entry. A
     * layer's weight is shared and transposed, and so the gradient is the transpose of what the weight's is.
     */
    private static Value rightGradient(Node node, Value dY) {
        Value a = node.input(0);
        Value b = node.input(1);
        if (b.shape().rank() == 2) {
            Value left = rows(a); // [batch · m, k]
            Value right = rows(dY); // [batch · m, n]
            boolean ofWeight = Layout.madeBy(Layout.TRANSPOSE, b).isPresent();
            return ofWeight || isMuchWider(left, right)
                    ? transposeLast(matMul(transposedRows(right), left))
                    : matMul(transposedRows(left), right);
        }
        return isMuchWider(a, dY) ? transposeLast(matMul(transposeLast(dY), a)) : matMul(transposeLast(a), dY);
    }

    private static boolean isMuchWider(Value a, Value b) {
        return a.shape().size(-1) > NARROW_PART * b.shape().size(-1);
    }

    private static Value rows(Value x) {
        int columns = x.shape().size(-1);
        return reshape(x, Math.toIntExact(x.shape().elementCount() / columns), columns);
    }

    /**
     * Transposes a matrix, a large one in memory: ONNX Runtime would otherwise hand it as it is to its product, which
     * then reads it in columns, again for each block of the result.
     */
    private static Value transposedRows(Value matrix) {
        if (matrix.graph().target().transposesFactors() || matrix.type().byteSize() < CACHED_BYTES) {
            return transposeLast(matrix);
        }
        int rows = matrix.shape().size(0);
        int columns = matrix.shape().size(1);
        return reshape(transpose(reshape(matrix, 1, rows, columns), 0, 2, 1), columns, rows);
    }
}
