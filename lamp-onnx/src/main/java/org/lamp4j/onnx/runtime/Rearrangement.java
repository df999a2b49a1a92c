package org.lamp4j.onnx.runtime;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/**
 * A value that has the elements of another in another order: what transposing, reshaping and turning axes round make of
 * it. The element at position p is number offset + Σ p<sub>axis</sub> · stride<sub>axis</sub> of the other.
 *
 * @param origin the other value, which nodes of these kinds do not compute
 * @param axes sizes and strides; no axis of size 1
 * @param offset number of the first element
 */
record Rearrangement(Value origin, List<Axis> axes, int offset) {

    /**
     * Elements of a row that are copied before the next row: their lines are then still in the cache nearest a core.
     */
    private static final int BLOCK = 64;

    /** A size, and how far apart neighbours are. */
    record Axis(int size, int stride) {}

    /**
     * Finds what a value is made of.
     *
     * @param value any value of at most 2³¹ elements
     * @return its elements' order; in that of the value itself, if it is computed in another way
     */
    static Rearrangement of(Value value) {
        return value.producer().flatMap(Rearrangement::ofNode).orElseGet(() -> {
            List<Axis> axes = new ArrayList<>();
            int stride = 1;
            for (int axis = value.shape().rank() - 1; axis >= 0; axis--) {
                axes.add(0, new Axis(value.shape().size(axis), stride));
                stride *= value.shape().size(axis);
            }
            return new Rearrangement(value, axes, 0);
        });
    }

    private static Optional<Rearrangement> ofNode(Node node) {
        return switch (node.operator().name()) {
            case "Transpose" -> {
                Rearrangement input = of(node.input(0));
                List<Axis> axes = IntStream.of(node.intsAttribute("perm"))
                        .mapToObj(input.axes::get)
                        .toList();
                yield Optional.of(new Rearrangement(input.origin, axes, input.offset));
            }
            case "Reshape" -> of(node.input(0)).reshaped(node.output(0).shape());
            case "Slice" -> isReversal(node) ? Optional.of(of(node.input(0)).reversed(axis(node))) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static boolean isReversal(Node node) {
        return node.input(4).constantLongs().length == 1
                && node.input(4).constantLongs()[0] == -1
                && node.output(0).shape().equals(node.input(0).shape());
    }

    private static int axis(Node node) {
        return node.input(0).shape().axis((int) node.input(3).constantLongs()[0]);
    }

    private Rearrangement reversed(int axis) {
        List<Axis> turned = new ArrayList<>(axes);
        Axis old = axes.get(axis);
        turned.set(axis, new Axis(old.size, -old.stride));
        return new Rearrangement(origin, turned, offset + (old.size - 1) * old.stride);
    }

    /** Joins axes that lie behind one another, and parts others; empty if the new shape takes more than that. */
    private Optional<Rearrangement> reshaped(Shape shape) {
        List<Axis> parted = new ArrayList<>();
        List<Axis> rest = new ArrayList<>(axes);
        for (int index = 0; index < shape.rank(); index++) {
            int size = shape.size(index);
            rest.removeIf(axis -> axis.size == 1);
            if (size == 1 || rest.isEmpty()) {
                parted.add(new Axis(size, 0));
                continue;
            }
            Axis first = rest.remove(0);
            while (first.size < size && !rest.isEmpty() && first.stride == rest.get(0).stride * rest.get(0).size) {
                Axis next = rest.remove(0);
                first = new Axis(first.size * next.size, next.stride);
            }
            if (first.size % size != 0) {
                return Optional.empty();
            }
            int inner = first.size / size;
            parted.add(new Axis(size, first.stride * inner));
            rest.add(0, new Axis(inner, first.stride));
        }
        return Optional.of(new Rearrangement(origin, parted, offset));
    }

    /**
     * Copies the elements.
     *
     * @param source the origin's, of 2 or 4 bytes each
     * @param target what they are written to in the order of the value
     */
    void copy(ByteBuffer source, ByteBuffer target) {
        List<Axis> moved = axes.stream().filter(axis -> axis.size > 1).toList();
        Axis row = moved.isEmpty() ? new Axis(1, 1) : moved.get(moved.size() - 1);
        List<Axis> outer = moved.isEmpty() ? moved : moved.subList(0, moved.size() - 1);
        for (int from = 0; from < row.size; from += BLOCK) {
            int count = Math.min(BLOCK, row.size - from);
            if (origin.elementType() == ElementType.FLOAT) {
                copy(source.asIntBuffer(), target.asIntBuffer(), outer, row, from, count);
            } else {
                copy(source.asShortBuffer(), target.asShortBuffer(), outer, row, from, count);
            }
        }
    }

    private void copy(ShortBuffer source, ShortBuffer target, List<Axis> outer, Axis row, int from, int count) {
        Walk walk = new Walk(outer, offset + from * row.stride);
        for (int at = from; at < target.limit(); at += row.size) {
            int element = walk.next();
            for (int index = 0; index < count; index++) {
                target.put(at + index, source.get(element + index * row.stride));
            }
        }
    }

    private void copy(IntBuffer source, IntBuffer target, List<Axis> outer, Axis row, int from, int count) {
        Walk walk = new Walk(outer, offset + from * row.stride);
        for (int at = from; at < target.limit(); at += row.size) {
            int element = walk.next();
            for (int index = 0; index < count; index++) {
                target.put(at + index, source.get(element + index * row.stride));
            }
        }
    }

    /** Gives the first element of one row after another. */
    private static final class Walk {

        private final Axis[] axes;
        private final int[] position;
        private int element;

        private Walk(List<Axis> axes, int first) {
            this.axes = axes.toArray(Axis[]::new);
            position = new int[axes.size()];
            element = first;
        }

        private int next() {
            int found = element;
            for (int axis = axes.length - 1; axis >= 0; axis--) {
                element += axes[axis].stride;
                position[axis]++;
                if (position[axis] < axes[axis].size) {
                    break;
                }
                element -= axes[axis].size * axes[axis].stride;
                position[axis] = 0;
            }
            return found;
        }
    }
}
