package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Layout.expand;

import java.util.Arrays;
import java.util.Map;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Operator.TypeRule;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/** Sums and means over axes, which stay as axes of size 1. */
public final class Reductions {

    private static final TypeRule REDUCED = node -> {
        Shape shape = node.input(0).shape();
        for (long axis : node.input(1).constantLongs()) {
            shape = shape.with((int) axis, 1);
        }
        return Types.ofShape(node, shape);
    };

    /** {@code Y = Σ X} over axes: {@code dX = dY} for every summand. */
    static final Operator REDUCE_SUM = Operator.named("ReduceSum", "data", "axes")
            .types(REDUCED)
            .flops(Flops.ONE_PER_INPUT)
            .gradient(0, (node, dY, input) -> expand(dY, node.input(0).shape()))
            .notDifferentiable(1)
            .build();

    /** {@code Y = Σ X / n} over axes: {@code dX = dY / n} for each of the n elements. */
    static final Operator REDUCE_MEAN = Operator.named("ReduceMean", "data", "axes")
            .types(REDUCED)
            .flops(Flops.ONE_PER_INPUT)
            .gradient(
                    0,
                    (node, dY, input) -> expand(
                            mul(dY, 1f / reducedCount(node)), node.input(0).shape()))
            .notDifferentiable(1)
            .build();

    private Reductions() {}

    /**
     * Returns sums over axes.
     *
     * @param x any tensor
     * @param axes the axes, at least one, may be negative
     * @return the sums; the axes have size 1
     */
    public static Value sum(Value x, int... axes) {
        return REDUCE_SUM.apply(Map.of("keepdims", Attribute.of(1)), x, axes(x, axes));
    }

    /**
     * Returns means over axes.
     *
     * @param x any tensor
     * @param axes the axes, at least one, may be negative
     * @return the means; the axes have size 1
     */
    public static Value mean(Value x, int... axes) {
        return REDUCE_MEAN.apply(Map.of("keepdims", Attribute.of(1)), x, axes(x, axes));
    }

    private static Value axes(Value x, int... axes) {
        long[] nonNegative = Arrays.stream(axes)
                .mapToLong(axis -> x.shape().axis(axis))
                .sorted()
                .toArray();
        return x.graph().constant(nonNegative);
    }

    private static long reducedCount(Node node) {
        return node.input(0).shape().elementCount() / node.output(0).shape().elementCount();
    }
}
