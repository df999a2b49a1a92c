package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.div;
import static org.lamp4j.onnx.op.Elementwise.erf;
import static org.lamp4j.onnx.op.Elementwise.exp;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.negate;
import static org.lamp4j.onnx.op.Elementwise.sigmoid;
import static org.lamp4j.onnx.op.Elementwise.sub;

import java.util.Map;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Value;

/** Activation functions. */
public final class Activations {

    /** {@code Y = X · s} with {@code s = sigmoid(α X)}: {@code dX = dY · s · (1 + α (X - Y))}. */
    static final Operator QUICK_GELU = Operator.named("QuickGelu", "X")
            .inDomain("com.microsoft")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.each(3))
            .gradient(0, (node, dY, input) -> {
                float slope = node.floatAttribute("alpha");
                Value x = node.input(0);
                Value s = sigmoid(slope == 1 ? x : mul(x, slope));
                Value rest = sub(x, node.output(0)); // X (1 - s)
                return mul(mul(dY, s), add(slope == 1 ? rest : mul(rest, slope), 1));
            })
            .build();

    /** {@code Y = X · Φ(X)} with Φ the normal distribution: {@code dX = dY · (Φ(X) + X · exp(-X²/2) / √(2π))}. */
    static final Operator GELU = Operator.named("Gelu", "X")
            .inDomain("com.microsoft")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.each(5))
            .gradient(0, (node, dY, input) -> {
                Value z = mul(node.input(0), (float) Math.sqrt(0.5));
                Value density = mul(mul(exp(negate(mul(z, z))), z), (float) (1 / Math.sqrt(Math.PI)));
                return mul(dY, add(add(mul(erf(z), 0.5f), 0.5f), density));
            })
            .build();

    private static final float QUICK_GELU_SLOPE = 1.702f;

    private Activations() {}

    /**
     * Returns {@code x · sigmoid(x)}.
     *
     * @param x any tensor
     * @return SiLU of each element
     */
    public static Value silu(Value x) {
        return QUICK_GELU.apply(Map.of("alpha", Attribute.of(1f)), x);
    }

    /** Returns what a {@link #QUICK_GELU} node gives, of operators of ONNX's own domain. */
    static Value quickGeluOfParts(Node node, Value x) {
        float slope = node.floatAttribute("alpha");
        return mul(x, sigmoid(slope == 1 ? x : mul(x, slope)));
    }

    /**
     * Returns {@code x · ½(1 + erf(x/√2))}, the exact form.
     *
     * @param x any tensor
     * @return GELU of each element
     */
    public static Value gelu(Value x) {
        return GELU.apply(x);
    }

    /** Returns what a {@link #GELU} node gives, of operators of ONNX's own domain. */
    static Value geluOfParts(Value x) {
        return mul(mul(x, add(erf(div(x, (float) Math.sqrt(2))), 1)), 0.5f);
    }

    /**
     * Returns {@code x · sigmoid(1.702 x)}, the approximation that CLIP was trained with.
     *
     * @param x any tensor
     * @return quick GELU of each element
     */
    public static Value quickGelu(Value x) {
        return QUICK_GELU.apply(Map.of("alpha", Attribute.of(QUICK_GELU_SLOPE)), x);
    }
}
