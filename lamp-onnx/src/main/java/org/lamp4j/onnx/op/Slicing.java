package org.lamp4j.onnx.op;

import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Layout.reshape;

import com.google.common.primitives.Ints;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** Cuts tensors, pads them with zeros, and looks up rows. */
public final class Slicing {

    private static final long BEFORE_FIRST = Long.MIN_VALUE + 1;

    /** {@code Y = X[from : to : step]} along one axis, or X reversed: {@code dX} is {@code dY} put back among zeros. */
    static final Operator SLICE = Operator.named("Slice", "data", "starts", "ends", "axes", "steps")
            .types(node -> {
                int axis = (int) only(node, 3);
                if (only(node, 4) == -1) {
                    return Types.ofShape(node, node.input(0).shape());
                }
                long span = only(node, 2) - only(node, 1);
                int size = (int) ((span + only(node, 4) - 1) / only(node, 4));
                return Types.ofShape(node, node.input(0).shape().with(axis, size));
            })
            .flops(Flops.NONE)
            .gradient(0, (node, dY, input) -> sliceGradient(node, dY))
            .notDifferentiable(1, 2, 3, 4)
            .build();

    /** {@code Y₀ … = X} cut along one axis: {@code dX} is {@code dY₀ …} joined. */
    static final Operator SPLIT = Operator.named("Split", "input", "split")
            .types(node -> {
                int axis = (int) node.longAttribute("axis");
                ElementType elementType = node.input(0).elementType();
                Shape shape = node.input(0).shape();
                return Arrays.stream(node.input(1).constantLongs())
                        .mapToObj(size -> new TensorType(elementType, shape.with(axis, Math.toIntExact(size))))
                        .toList();
            })
            .flops(Flops.NONE)
            .gradients((node, dY, inputs) -> Map.of(0, concat((int) node.longAttribute("axis"), dY)))
            .notDifferentiable(1)
            .build();

    /** {@code Y = X} with zeros around it: {@code dX} is the inner part of {@code dY}. */
    static final Operator PAD = Operator.named("Pad", "data", "pads")
            .types(node -> {
                Shape shape = node.input(0).shape();
                long[] pads = node.input(1).constantLongs();
                int[] sizes = shape.sizes();
                for (int axis = 0; axis < sizes.length; axis++) {
                    sizes[axis] += Math.toIntExact(pads[axis] + pads[axis + sizes.length]);
                }
                return Types.ofShape(node, Shape.of(sizes));
            })
            .flops(Flops.NONE)
            .gradient(0, (node, dY, input) -> {
                long[] pads = node.input(1).constantLongs();
                Value inner = dY;
                for (int axis = 0; axis < dY.shape().rank(); axis++) {
                    int from = (int) pads[axis];
                    inner = slice(
                            inner, axis, from, from + node.input(0).shape().size(axis));
                }
                return inner;
            })
            .notDifferentiable(1)
            .build();

    /**
     * {@code Y[i…] = X[indices[i…]]}, rows of axis 0: {@code dX} has each row of {@code dY} added where it came from.
     */
    static final Operator GATHER = Operator.named("Gather", "data", "indices")
            .types(node -> {
                int[] rows = node.input(1).shape().sizes();
                Shape data = node.input(0).shape();
                int[] sizes = new int[rows.length + data.rank() - 1];
                System.arraycopy(rows, 0, sizes, 0, rows.length);
                System.arraycopy(data.sizes(), 1, sizes, rows.length, data.rank() - 1);
                return Types.ofShape(node, Shape.of(sizes));
            })
            .flops(Flops.NONE)
            .gradient(0, (node, dY, input) -> addRows(node.input(0).shape(), node.input(1), dY))
            .notDifferentiable(1)
            .build();

    /**
     * {@code Y = data}, with each update row added at its index: {@code d data = dY}, {@code d updates} is looked up.
     */
    static final Operator SCATTER_ND = Operator.named("ScatterND", "data", "indices", "updates")
            .types(Types.SAME_AS_FIRST)
            .flops(node -> node.input(2).shape().elementCount())
            .gradient(0, (node, dY, input) -> dY)
            .notDifferentiable(1)
            .gradient(2, (node, dY, input) -> {
                int[] rows = node.input(1).shape().sizes();
                Value indices = reshape(node.input(1), Shape.of(Arrays.copyOf(rows, rows.length - 1)));
                return gatherRows(dY, indices);
            })
            .build();

    private Slicing() {}

    /**
     * Returns a range of one axis.
     *
     * @param x any tensor
     * @param axis the axis, may be negative
     * @param from first index
     * @param to last index, exclusive
     * @return the part; {@code x} itself if the range is the whole axis
     * @throws ShapeMismatchException if the range does not lie within the axis
     */
    public static Value slice(Value x, int axis, int from, int to) {
        return slice(x, axis, from, to, 1);
    }

    /**
     * Returns every {@code step}th index of a range of one axis.
     *
     * @param x any tensor
     * @param axis the axis, may be negative
     * @param from first index
     * @param to last index, exclusive
     * @param step distance between indices, at least 1
     * @return the part; {@code x} itself if it is the whole axis
     * @throws ShapeMismatchException if the range does not lie within the axis
     */
    public static Value slice(Value x, int axis, int from, int to, int step) {
        int size = x.shape().size(axis);
        if (from < 0 || to > size || from > to || step < 1) {
            throw new ShapeMismatchException("expected a range within axis " + axis + " of " + x.shape() + ", but was "
                    + from + " to " + to + " by " + step + " (slice of " + x.name() + ")");
        }
        if (from == 0 && to == size && step == 1) {
            return x;
        }
        return sliceNode(x, axis, from, to, step);
    }

    /**
     * Cuts a tensor into parts.
     *
     * @param x any tensor
     * @param axis the axis, may be negative
     * @param size indices of each part, at least 1; the last part has what is left
     * @return the parts in their order; {@code x} itself if it is the only one
     * @throws ShapeMismatchException if the size is below 1
     */
    public static List<Value> split(Value x, int axis, int size) {
        int total = x.shape().size(axis);
        if (size < 1) {
            throw new ShapeMismatchException("expected parts of at least 1 index of axis " + axis + " of " + x.shape()
                    + ", but was " + size + " (split of " + x.name() + ")");
        }
        if (size >= total) {
            return List.of(x);
        }
        long[] sizes = new long[(total + size - 1) / size];
        Arrays.fill(sizes, size);
        sizes[sizes.length - 1] = total - (sizes.length - 1L) * size;
        Map<String, Attribute> attributes =
                Map.of("axis", Attribute.of(x.shape().axis(axis)));
        return x.graph()
                .add(SPLIT, attributes, List.of(x, x.graph().constant(sizes)))
                .outputs();
    }

    /**
     * Turns one axis round.
     *
     * @param x any tensor
     * @param axis the axis, may be negative
     * @return the tensor with its last index first
     */
    public static Value reverse(Value x, int axis) {
        return x.shape().size(axis) == 1 ? x : sliceNode(x, axis, -1, BEFORE_FIRST, -1);
    }

    /**
     * Pads one axis with zeros.
     *
     * @param x any tensor
     * @param axis the axis, may be negative
     * @param before zeros before the first index
     * @param after zeros after the last index
     * @return the padded tensor; {@code x} itself if there is nothing to add
     */
    public static Value pad(Value x, int axis, int before, int after) {
        if (before == 0 && after == 0) {
            return x;
        }
        int rank = x.shape().rank();
        long[] pads = new long[2 * rank];
        pads[x.shape().axis(axis)] = before;
        pads[rank + x.shape().axis(axis)] = after;
        return PAD.apply(x, x.graph().constant(pads));
    }

    /**
     * Looks up rows of a table.
     *
     * @param table {@code [V, …]}
     * @param indices row numbers 0 to V-1, INT64, of any shape
     * @return the rows, {@code [indices…, …]}
     */
    public static Value gatherRows(Value table, Value indices) {
        return GATHER.apply(Map.of("axis", Attribute.of(0)), table, indices);
    }

    static Value addRows(Shape table, Value indices, Value rows) {
        Value columns = reshape(indices, Shape.of(Ints.concat(indices.shape().sizes(), new int[] {1
        }))); // [indices…, 1], as ScatterND wants them
        return SCATTER_ND.apply(
                Map.of("reduction", Attribute.of("add")),
                Layout.zeros(rows.graph(), new TensorType(rows.elementType(), table)),
                columns,
                rows);
    }

    private static Value sliceNode(Value x, int axis, long from, long to, long step) {
        return SLICE.apply(
                x,
                x.graph().constant(from),
                x.graph().constant(to),
                x.graph().constant((long) x.shape().axis(axis)),
                x.graph().constant(step));
    }

    private static Value sliceGradient(Node node, Value dY) {
        int axis = (int) only(node, 3);
        int step = (int) only(node, 4);
        if (step == -1) {
            return reverse(dY, axis);
        }
        int size = node.input(0).shape().size(axis);
        int from = (int) only(node, 1);
        if (step == 1) {
            return pad(dY, axis, from, size - (int) only(node, 2));
        }
        Shape cut = dY.shape();
        int[] outer = Arrays.copyOf(cut.sizes(), axis + 1);
        int[] inner = Arrays.copyOfRange(cut.sizes(), axis + 1, cut.rank());
        Value spread = reshape(dY, Shape.of(Ints.concat(outer, new int[] {1}, inner))); // […, m, 1, …]
        spread = pad(spread, axis + 1, 0, step - 1); // […, m, step, …]
        spread = reshape(spread, cut.with(axis, cut.size(axis) * step)); // […, m·step, …]
        int room = size - from;
        spread = spread.shape().size(axis) > room ? slice(spread, axis, 0, room) : spread;
        return pad(spread, axis, from, room - spread.shape().size(axis));
    }

    private static long only(Node node, int input) {
        return node.input(input).constantLongs()[0];
    }
}
