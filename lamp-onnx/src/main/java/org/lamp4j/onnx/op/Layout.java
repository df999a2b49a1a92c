package org.lamp4j.onnx.op;

import com.google.common.math.IntMath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * Moves elements without changing them: reshape, transpose, expand, join. Cutting and padding are in {@link Slicing}.
 */
public final class Layout {

    /** {@code Y = X} under another shape: {@code dX = dY} under the first one. */
    static final Operator RESHAPE = Operator.named("Reshape", "data", "shape")
            .types(node -> Types.ofShape(node, shapeOf(node.input(1))))
            .flops(Flops.NONE)
            .gradient(0, (node, dY, input) -> reshape(dY, node.input(0).shape()))
            .notDifferentiable(1)
            .build();

    /** {@code Y = X} with axes in another order: {@code dX = dY} with the axes put back. */
    static final Operator TRANSPOSE = Operator.named("Transpose", "data")
            .types(node -> {
                int[] order = node.intsAttribute("perm");
                Shape shape = node.input(0).shape();
                return Types.ofShape(
                        node, Shape.of(IntStream.of(order).map(shape::size).toArray()));
            })
            .flops(Flops.NONE)
            .gradient(0, (node, dY, input) -> transpose(dY, inverse(node.intsAttribute("perm"))))
            .build();

    /** {@code Y = X} repeated along axes of size 1: the gradient is summed over them where all are un-broadcast. */
    static final Operator EXPAND = Operator.named("Expand", "input", "shape")
            .types(node -> {
                Shape target = shapeOf(node.input(1));
                Shape shape = Types.broadcast(node.input(0).shape(), target, node);
                if (!shape.equals(target)) {
                    throw Types.mismatch("a shape that expands to " + target, node);
                }
                return Types.ofShape(node, shape);
            })
            .flops(Flops.NONE)
            .gradient(0, (node, dY, input) -> dY)
            .notDifferentiable(1)
            .build();

    /** {@code Y = [X₀, X₁, …]} along an axis: {@code dXᵢ} is its part of {@code dY}. */
    static final Operator CONCAT = Operator.named("Concat", "inputs")
            .types(node -> {
                Types.sameElementType(node);
                int axis = (int) node.longAttribute("axis");
                int total = 0;
                for (Value part : node.inputs()) {
                    total += part.shape().size(axis);
                }
                Shape joined = node.input(0).shape().with(axis, total);
                for (Value part : node.inputs()) {
                    if (!part.shape().with(axis, total).equals(joined)) {
                        throw Types.mismatch("shapes that differ in axis " + axis + " only", node);
                    }
                }
                return Types.ofShape(node, joined);
            })
            .flops(Flops.NONE)
            .gradientOfAny((node, dY, input) -> {
                int axis = (int) node.longAttribute("axis");
                int from = 0;
                for (Value before : node.inputs().subList(0, input)) {
                    from += before.shape().size(axis);
                }
                return Slicing.slice(
                        dY, axis, from, from + node.input(input).shape().size(axis));
            })
            .build();

    private Layout() {}

    /**
     * Returns the same elements under another shape.
     *
     * @param x any tensor
     * @param shape a shape of as many elements
     * @return the reshaped tensor; {@code x} itself if it has that shape
     * @throws ShapeMismatchException if the number of elements differs
     */
    public static Value reshape(Value x, Shape shape) {
        if (x.shape().equals(shape)) {
            return x;
        }
        if (x.shape().elementCount() != shape.elementCount()) {
            throw new ShapeMismatchException("expected a shape of " + x.shape().elementCount() + " elements like "
                    + x.shape() + ", but was " + shape + " (reshape of " + x.name() + ")");
        }
        Value whole = madeBy(RESHAPE, x).map(node -> node.input(0)).orElse(x);
        return whole.shape().equals(shape)
                ? whole
                : RESHAPE.apply(whole, x.graph().constant(shape.longSizes()));
    }

    /**
     * Returns the same elements under another shape.
     *
     * @param x any tensor
     * @param sizes sizes of the axes
     * @return the reshaped tensor; {@code x} itself if it has that shape
     * @throws ShapeMismatchException if the number of elements differs
     */
    public static Value reshape(Value x, int... sizes) {
        return reshape(x, Shape.of(sizes));
    }

    /**
     * Returns the tensor with its axes in another order. Where only axes of size 1 move, no element does.
     *
     * @param x any tensor
     * @param order which axis of {@code x} comes first, second, …
     * @return the transposed tensor
     */
    public static Value transpose(Value x, int... order) {
        int[] moved =
                IntStream.of(order).filter(axis -> x.shape().size(axis) != 1).toArray();
        if (IntStream.range(1, moved.length).allMatch(index -> moved[index - 1] < moved[index])) {
            return reshape(x, IntStream.of(order).map(x.shape()::size).toArray());
        }
        Optional<Node> before = madeBy(TRANSPOSE, x);
        if (before.isPresent() && Arrays.equals(order, inverse(before.get().intsAttribute("perm")))) {
            return before.get().input(0);
        }
        return TRANSPOSE.apply(
                Map.of(
                        "perm",
                        Attribute.ofAll(IntStream.of(order).asLongStream().toArray())),
                x);
    }

    /**
     * Swaps the two innermost axes.
     *
     * @param x a tensor {@code […, m, n]}
     * @return {@code […, n, m]}
     */
    public static Value transposeLast(Value x) {
        int rank = x.shape().rank();
        int[] order = IntStream.range(0, rank).toArray();
        order[rank - 1] = rank - 2;
        order[rank - 2] = rank - 1;
        return transpose(x, order);
    }

    /**
     * Repeats a tensor along axes of size 1, or missing in front, until it has a shape.
     *
     * @param x any tensor
     * @param shape the shape, to which that of {@code x} broadcasts
     * @return the expanded tensor; {@code x} itself if it has that shape
     */
    public static Value expand(Value x, Shape shape) {
        return x.shape().equals(shape) ? x : EXPAND.apply(x, x.graph().constant(shape.longSizes()));
    }

    /**
     * Returns zeros.
     *
     * @param graph where
     * @param type their element type and shape
     * @return the tensor
     */
    public static Value zeros(Graph graph, TensorType type) {
        return expand(Casting.cast(graph.constant(Shape.of(), 0), type.elementType()), type.shape());
    }

    /**
     * Joins tensors along an axis.
     *
     * @param axis the axis, may be negative
     * @param parts at least one tensor; all other sizes are equal
     * @return the joined tensor
     */
    public static Value concat(int axis, List<Value> parts) {
        Value first = parts.get(0);
        if (parts.size() == 1) {
            return first;
        }
        return CONCAT.apply(Map.of("axis", Attribute.of(first.shape().axis(axis))), parts.toArray(Value[]::new));
    }

    /**
     * Returns the same tensors, none of which is there before all of them are. Whatever order ONNX Runtime chooses,
     * what they were computed from is then in memory for a moment only. Costs two copies of the tensors. They are
     * joined as rows as wide as they allow, since CUDA's Concat copies a table of all rows to the GPU where parts
     * differ in size.
     *
     * @param parts tensors of one element type
     * @return the tensors in their order and shapes
     */
    static List<Value> together(List<Value> parts) {
        if (parts.size() == 1) {
            return parts;
        }
        int width = parts.stream().mapToInt(Layout::count).reduce(IntMath::gcd).orElseThrow();
        Value joined = concat(
                0,
                parts.stream()
                        .map(part -> reshape(part, count(part) / width, width))
                        .toList());
        List<Value> apart = new ArrayList<>();
        int from = 0;
        for (Value part : parts) {
            int end = from + count(part) / width;
            apart.add(reshape(Slicing.slice(joined, 0, from, end), part.shape()));
            from = end;
        }
        return apart;
    }

    private static int count(Value tensor) {
        return Math.toIntExact(tensor.shape().elementCount());
    }

    /** Returns the node that computes a tensor, if it is of an operator. */
    static Optional<Node> madeBy(Operator operator, Value x) {
        return x.producer().filter(node -> node.operator() == operator);
    }

    private static Shape shapeOf(Value constant) {
        return Shape.of(Arrays.stream(constant.constantLongs())
                .mapToInt(Math::toIntExact)
                .toArray());
    }

    private static int[] inverse(int[] order) {
        int[] inverse = new int[order.length];
        for (int axis = 0; axis < order.length; axis++) {
            inverse[order[axis]] = axis;
        }
        return inverse;
    }
}
