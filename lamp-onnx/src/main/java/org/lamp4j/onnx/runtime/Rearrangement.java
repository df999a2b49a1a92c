package org.lamp4j.onnx.runtime;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
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
 * @param axes sizes and strides of its own axes
 * @param offset number of the first element
 */
record Rearrangement(Value origin, List<Axis> axes, int offset) {

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
        int block = Math.toIntExact(origin.shape().elementCount());
        while (!moved.isEmpty() && moved.get(0).stride * moved.get(0).size == block) {
            block = moved.get(0).stride;
            moved = moved.subList(1, moved.size());
        }
        ShortBuffer from = source.asShortBuffer();
        ShortBuffer to = target.asShortBuffer();
        int width = origin.elementType() == ElementType.FLOAT ? 2 : 1;
        if (moved.isEmpty()) {
            to.put(from);
            return;
        }
        Axis row = moved.get(moved.size() - 1);
        List<Axis> others = moved.subList(0, moved.size() - 1);
        int[] starts = starts(others);
        BiConsumer<ShortBuffer, ShortBuffer> copier = row.stride * row.size == block
                ? new Panel(width, row, starts)::copy
                : (part, copy) -> copyElements(part, copy, width, row, starts);
        for (int at = 0; at < to.limit(); at += block * width) {
            copier.accept(from.slice(at, block * width), to.slice(at, block * width));
        }
    }

    /** Returns the first element of each row, which the other axes place. */
    private int[] starts(List<Axis> others) {
        int count = others.stream().mapToInt(Axis::size).reduce(1, Math::multiplyExact);
        int[] starts = new int[count];
        for (int index = 0; index < count; index++) {
            int rest = index;
            starts[index] = offset;
            for (int axis = others.size() - 1; axis >= 0; axis--) {
                starts[index] += rest % others.get(axis).size * others.get(axis).stride;
                rest /= others.get(axis).size;
            }
        }
        return starts;
    }

    private static void copyElements(ShortBuffer from, ShortBuffer to, int width, Axis row, int[] starts) {
        for (int start : starts) {
            for (int index = 0; index < row.size; index++) {
                for (int part = 0; part < width; part++) {
                    to.put(from.get((start + index * row.stride) * width + part));
                }
            }
        }
    }

    /**
     * Copies blocks whose rows lie across them: neighbours in a row are as far apart as they can be. A block is read
     * along itself, as many neighbours at a time as fill a line of the cache, and written row by row.
     */
    private static final class Panel {

        /** At least so many neighbours are read, where a block is long so many elements of each, and so many in all. */
        private static final int LINE = 32;

        private static final int LENGTH = 1024;
        private static final int READ = LINE * LENGTH;

        private final int width;
        private final Axis row;

        /** The number of the row that an element of the first neighbour begins. */
        private final int[] rows;

        private final int longest;
        private final int most;
        private final short[] read;
        private final short[] line;

        private Panel(int width, Axis row, int[] starts) {
            this.width = width;
            this.row = row;
            rows = new int[row.stride];
            for (int index = 0; index < starts.length; index++) {
                rows[starts[index]] = index;
            }
            longest = Math.min(LENGTH, row.stride);
            most = Math.min(row.size, READ / longest);
            read = new short[most * longest * width];
            line = new short[most * width];
        }

        private void copy(ShortBuffer from, ShortBuffer to) {
            for (int first = 0; first < row.size; first += most) {
                int count = Math.min(most, row.size - first);
                for (int along = 0; along < row.stride; along += longest) {
                    int length = Math.min(longest, row.stride - along);
                    read(from, first, count, along, length);
                    for (int position = 0; position < length; position++) {
                        for (int index = 0; index < count; index++) {
                            for (int part = 0; part < width; part++) {
                                line[index * width + part] = read[(index * length + position) * width + part];
                            }
                        }
                        int element = rows[along + position] * row.size + first;
                        to.put(element * width, line, 0, count * width);
                    }
                }
            }
        }

        /** Reads so many elements of each of some neighbours. */
        private void read(ShortBuffer from, int first, int count, int along, int length) {
            if (length == row.stride) {
                from.get(first * length * width, read, 0, count * length * width);
                return;
            }
            for (int index = 0; index < count; index++) {
                int element = (first + index) * row.stride + along;
                from.get(element * width, read, index * length * width, length * width);
            }
        }
    }
}
