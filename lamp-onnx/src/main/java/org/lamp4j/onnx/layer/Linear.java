package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transposeLast;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;

import org.lamp4j.onnx.graph.Value;

/** {@code y = x Wᵀ + b}, with W as {@code [O, I]}, as PyTorch stores it. */
public final class Linear {

    private Linear() {}

    /**
     * Maps the innermost axis, with a bias.
     *
     * @param scope holds {@code weight [O, I]} and {@code bias [O]}
     * @param x {@code […, I]}
     * @param outputs O
     * @return {@code […, O]}
     */
    public static Value linear(Scope scope, Value x, int outputs) {
        return scope.build(() -> {
            Value weight = scope.parameter("weight", outputs, x.shape().size(-1));
            return affine(x, weight, scope.parameter("bias", outputs));
        });
    }

    /**
     * Maps the innermost axis.
     *
     * @param scope holds {@code weight [O, I]}
     * @param x {@code […, I]}
     * @param outputs O
     * @return {@code […, O]}
     */
    public static Value linearWithoutBias(Scope scope, Value x, int outputs) {
        return scope.build(() -> {
            Value weight = scope.parameter("weight", outputs, x.shape().size(-1));
            return matMul(x, transposeLast(weight));
        });
    }

    /**
     * Maps the innermost axis with what a checkpoint stores as a 1×1 convolution.
     *
     * @param scope holds {@code weight [O, I, 1, 1]} and {@code bias [O]}
     * @param x {@code […, I]}
     * @param outputs O
     * @return {@code […, O]}
     */
    public static Value pointwise(Scope scope, Value x, int outputs) {
        return scope.build(() -> {
            int inputs = x.shape().size(-1);
            Value weight = reshape(scope.parameter("weight", outputs, inputs, 1, 1), outputs, inputs);
            return affine(x, weight, scope.parameter("bias", outputs));
        });
    }

    static Value affine(Value x, Value weight, Value bias) {
        return add(matMul(x, transposeLast(weight)), bias);
    }
}
