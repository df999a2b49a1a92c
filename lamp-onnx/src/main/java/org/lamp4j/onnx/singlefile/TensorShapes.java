package org.lamp4j.onnx.singlefile;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.NearestName;
import org.lamp4j.files.PrintableText;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.tensor.Shape;

/**
 * The tensors of a file by name and shape, from which its architecture is read.
 *
 * @param shapes shapes by name, in the file's order
 * @param file the file, for messages
 */
record TensorShapes(Map<String, Shape> shapes, Path file) {

    /** Above any size of a network; a product of two of them is within a long. */
    private static final int MAX_SIZE = 1 << 20;

    static final int MAX_LAYERS = 64;

    static TensorShapes of(Checkpoint checkpoint) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        for (String name : checkpoint.names()) {
            shapes.put(name, checkpoint.tensor(name).shape());
        }
        return new TensorShapes(shapes, checkpoint.file());
    }

    boolean has(String name) {
        return shapes.containsKey(name);
    }

    boolean hasAnyBelow(String prefix) {
        return shapes.keySet().stream().anyMatch(name -> name.startsWith(prefix));
    }

    boolean hasAnyWith(String part) {
        return shapes.keySet().stream().anyMatch(name -> name.contains(part));
    }

    /** Returns one size of a tensor that must be there. */
    int size(String name, int axis) throws ModelFormatException {
        return size(name, axis, MAX_SIZE);
    }

    int size(String name, int axis, int most) throws ModelFormatException {
        Shape shape = shape(name);
        if (axis >= shape.rank() || shape.size(axis) < 1 || shape.size(axis) > most) {
            throw refused("axis " + axis + " of " + name + " to be 1 to " + most, shape.toString());
        }
        return shape.size(axis);
    }

    Shape shape(String name) throws ModelFormatException {
        Shape shape = shapes.get(name);
        if (shape == null) {
            throw refused(
                    "tensor " + name,
                    "no such key, the nearest is "
                            + NearestName.of(name, shapes.keySet())
                                    .map(PrintableText::line)
                                    .orElse("none: the file is empty"));
        }
        return shape;
    }

    /** Returns the number of consecutive blocks of a name. */
    int count(String before, String after) throws ModelFormatException {
        int count = (int) IntStream.iterate(0, index -> index + 1)
                .takeWhile(index -> has(before + index + after))
                .limit(MAX_LAYERS + 1)
                .count();
        if (count == 0 || count > MAX_LAYERS) {
            throw refused("1 to " + MAX_LAYERS + " of " + before + "N" + after, count == 0 ? "none" : "more");
        }
        return count;
    }

    ModelFormatException refused(String expected, String actual) {
        return new ModelFormatException("expected " + expected + ", but was " + actual + " (" + file + ")", file);
    }
}
