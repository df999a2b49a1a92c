package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.div;
import static org.lamp4j.onnx.op.Elementwise.erf;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sigmoid;

import org.lamp4j.onnx.graph.Value;

/** Activation functions, made of elementary ones; ONNX Runtime fuses them where no gradient needs their parts. */
public final class Activations {

    private static final float QUICK_GELU_SLOPE = 1.702f;

    private Activations() {}

    /**
     * Returns {@code x · sigmoid(x)}.
     *
     * @param x any tensor
     * @return SiLU of each element
     */
    public static Value silu(Value x) {
        return mul(x, sigmoid(x));
    }

    /**
     * Returns {@code x · ½(1 + erf(x/√2))}, the exact form.
     *
     * @param x any tensor
     * @return GELU of each element
     */
    public static Value gelu(Value x) {
        return mul(mul(x, add(erf(div(x, (float) Math.sqrt(2))), 1)), 0.5f);
    }

    /**
     * Returns {@code x · sigmoid(1.702 x)}, the approximation that CLIP was trained with.
     *
     * @param x any tensor
     * @return quick GELU of each element
     */
    public static Value quickGelu(Value x) {
        return mul(x, sigmoid(mul(x, QUICK_GELU_SLOPE)));
    }
}
