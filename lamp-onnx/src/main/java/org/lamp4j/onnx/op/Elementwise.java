package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Casting.cast;

import java.util.List;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/** Arithmetic element by element, with NumPy's broadcasting, and the elementary functions. */
public final class Elementwise {

    /** {@code C = A + B}. */
    static final Operator ADD = Operator.named("Add", "A", "B")
            .types(Types.BROADCAST)
            .flops(Flops.ONE_EACH)
            .gradientOfAny((node, dC, input) -> dC)
            .build();

    /** {@code C = A - B}. */
    static final Operator SUB = Operator.named("Sub", "A", "B")
            .types(Types.BROADCAST)
            .flops(Flops.ONE_EACH)
            .gradient(0, (node, dC, input) -> dC)
            .gradient(1, (node, dC, input) -> negate(dC))
            .build();

    /** {@code C = A · B}: {@code dA = dC · B}, {@code dB = dC · A}. */
    static final Operator MUL = Operator.named("Mul", "A", "B")
            .types(Types.BROADCAST)
            .flops(Flops.ONE_EACH)
            .gradient(0, (node, dC, input) -> mul(dC, node.input(1)))
            .gradient(1, (node, dC, input) -> mul(dC, node.input(0)))
            .build();

    /** {@code C = A / B}: {@code dA = dC / B}, {@code dB = -dC · C / B}. */
    static final Operator DIV = Operator.named("Div", "A", "B")
            .types(Types.BROADCAST)
            .flops(Flops.ONE_EACH)
            .gradient(0, (node, dC, input) -> div(dC, node.input(1)))
            .gradient(1, (node, dC, input) -> negate(mul(dC, div(node.output(0), node.input(1)))))
            .build();

    /** {@code Y = -X}. */
    static final Operator NEG = Operator.named("Neg", "X")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.ONE_EACH)
            .gradient(0, (node, dY, input) -> negate(dY))
            .build();

    /** {@code Y = X / |X|}, 0 at 0: flat wherever it is smooth. */
    static final Operator SIGN = Operator.named("Sign", "input")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.ONE_EACH)
            .notDifferentiable(0)
            .build();

    /** {@code Y = |X|}: {@code dX = dY · sign X}, 0 at 0. */
    static final Operator ABS = Operator.named("Abs", "X")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.ONE_EACH)
            .gradient(0, (node, dY, input) -> mul(dY, SIGN.apply(node.input(0))))
            .build();

    /** {@code Y = √X}: {@code dX = dY / 2Y}. */
    static final Operator SQRT = Operator.named("Sqrt", "X")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.ONE_EACH)
            .gradient(0, (node, dY, input) -> div(mul(dY, 0.5f), node.output(0)))
            .build();

    /** {@code Y = exp X}: {@code dX = dY · Y}. */
    static final Operator EXP = Operator.named("Exp", "X")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.ONE_EACH)
            .gradient(0, (node, dY, input) -> mul(dY, node.output(0)))
            .build();

    /** {@code Y = sin X}: {@code dX = dY · cos X}. */
    static final Operator SIN = Operator.named("Sin", "input")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.ONE_EACH)
            .gradient(0, (node, dY, input) -> mul(dY, cos(node.input(0))))
            .build();

    /** {@code Y = cos X}: {@code dX = -dY · sin X}. */
    static final Operator COS = Operator.named("Cos", "input")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.ONE_EACH)
            .gradient(0, (node, dY, input) -> negate(mul(dY, sin(node.input(0)))))
            .build();

    /** {@code Y = erf X}: {@code dX = dY · 2/√π · exp(-X²)}. */
    static final Operator ERF = Operator.named("Erf", "X")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.ONE_EACH)
            .gradient(0, (node, dY, input) -> {
                Value x = node.input(0);
                return mul(mul(dY, (float) (2 / Math.sqrt(Math.PI))), exp(negate(mul(x, x))));
            })
            .build();

    /** {@code Y = 1 / (1 + exp(-X))}: {@code dX = dY · Y · (1 - Y)}. */
    static final Operator SIGMOID = Operator.named("Sigmoid", "X")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.ONE_EACH)
            .gradient(0, (node, dY, input) -> {
                Value y = node.output(0);
                return mul(dY, sub(y, mul(y, y)));
            })
            .build();

    /** {@code Y = min(max(X, low), high)}: {@code dX = dY} where nothing was clipped, else 0. */
    static final Operator CLIP = Operator.named("Clip", "X", "min", "max")
            .types(Types.SAME_AS_FIRST)
            .flops(Flops.each(2))
            .gradient(0, (node, dY, input) -> {
                Value unclipped = cast(equal(node.input(0), node.output(0)), dY.elementType());
                return mul(dY, unclipped);
            })
            .notDifferentiable(1, 2)
            .build();

    /** {@code C = (A == B)}. */
    static final Operator EQUAL = Operator.named("Equal", "A", "B")
            .types(node -> {
                Shape shape =
                        Types.broadcast(node.input(0).shape(), node.input(1).shape(), node);
                return List.of(new TensorType(ElementType.BOOL, shape));
            })
            .flops(Flops.ONE_EACH)
            .notDifferentiable(0, 1)
            .build();

    private Elementwise() {}

    /**
     * Returns {@code a + b}.
     *
     * @param a first summand
     * @param b second summand, of a shape that broadcasts with the first
     * @return the sum, of the broadcast shape
     */
    public static Value add(Value a, Value b) {
        return ADD.apply(a, b);
    }

    /**
     * Returns {@code a + number}.
     *
     * @param a any tensor
     * @param number what to add to each element
     * @return the sum, in the shape of {@code a}
     */
    public static Value add(Value a, float number) {
        return ADD.apply(a, scalar(a, number));
    }

    /**
     * Returns {@code a - b}.
     *
     * @param a minuend
     * @param b subtrahend, of a shape that broadcasts with the first
     * @return the difference, of the broadcast shape
     */
    public static Value sub(Value a, Value b) {
        return SUB.apply(a, b);
    }

    /**
     * Returns {@code a · b}, element by element.
     *
     * @param a first factor
     * @param b second factor, of a shape that broadcasts with the first
     * @return the product, of the broadcast shape
     */
    public static Value mul(Value a, Value b) {
        return MUL.apply(a, b);
    }

    /**
     * Returns {@code factor · a}.
     *
     * @param a any tensor
     * @param factor the factor
     * @return the product, in the shape of {@code a}
     */
    public static Value mul(Value a, float factor) {
        return MUL.apply(a, scalar(a, factor));
    }

    /**
     * Returns {@code a / b}, element by element.
     *
     * @param a dividend
     * @param b divisor, of a shape that broadcasts with the first
     * @return the quotient, of the broadcast shape
     */
    public static Value div(Value a, Value b) {
        return DIV.apply(a, b);
    }

    /**
     * Returns {@code a / number}.
     *
     * @param a any tensor
     * @param number what to divide each element by
     * @return the quotient, in the shape of {@code a}
     */
    public static Value div(Value a, float number) {
        return DIV.apply(a, scalar(a, number));
    }

    /**
     * Returns {@code -x}.
     *
     * @param x any tensor
     * @return the negative, in the shape of {@code x}
     */
    public static Value negate(Value x) {
        return NEG.apply(x);
    }

    /**
     * Returns the absolute value of each element.
     *
     * @param x any tensor
     * @return {@code |x|}, in the shape of {@code x}
     */
    public static Value abs(Value x) {
        return ABS.apply(x);
    }

    /**
     * Returns the square root of each element.
     *
     * @param x elements above 0
     * @return {@code √x}, in the shape of {@code x}
     */
    public static Value sqrt(Value x) {
        return SQRT.apply(x);
    }

    /**
     * Returns e to the power of each element.
     *
     * @param x any tensor
     * @return {@code exp x}, in the shape of {@code x}
     */
    public static Value exp(Value x) {
        return EXP.apply(x);
    }

    /**
     * Returns the sine of each element.
     *
     * @param x angles in radians
     * @return {@code sin x}, in the shape of {@code x}
     */
    public static Value sin(Value x) {
        return SIN.apply(x);
    }

    /**
     * Returns the cosine of each element.
     *
     * @param x angles in radians
     * @return {@code cos x}, in the shape of {@code x}
     */
    public static Value cos(Value x) {
        return COS.apply(x);
    }

    /**
     * Returns the error function of each element.
     *
     * @param x any tensor
     * @return {@code erf x}, in the shape of {@code x}
     */
    public static Value erf(Value x) {
        return ERF.apply(x);
    }

    /**
     * Returns the logistic function of each element.
     *
     * @param x any tensor
     * @return {@code 1 / (1 + exp(-x))}, in the shape of {@code x}
     */
    public static Value sigmoid(Value x) {
        return SIGMOID.apply(x);
    }

    /**
     * Limits each element to a range.
     *
     * @param x any tensor
     * @param low smallest value
     * @param high largest value
     * @return {@code min(max(x, low), high)}, in the shape of {@code x}
     */
    public static Value clip(Value x, float low, float high) {
        return CLIP.apply(x, scalar(x, low), scalar(x, high));
    }

    /**
     * Compares element by element.
     *
     * @param a any tensor
     * @param b a tensor of a shape that broadcasts with the first
     * @return whether the elements are equal, BOOL, of the broadcast shape
     */
    public static Value equal(Value a, Value b) {
        return EQUAL.apply(a, b);
    }

    private static Value scalar(Value like, float number) {
        return cast(like.graph().constant(Shape.of(), number), like.elementType());
    }
}
