package org.lamp4j.onnx.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.PrintableText;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.weights.FileStamp;

/**
 * What an ONNX file of somebody else's asks for and gives, read without its weights: they are skipped, of whatever
 * size.
 *
 * @param path the file
 * @param inputs what a run must be given, by name
 * @param outputs what a run gives, by name
 * @param data the files beside it that hold weights, as they were when the file was read
 */
public record OnnxFile(Path path, Map<String, Port> inputs, Map<String, Port> outputs, List<FileStamp> data) {

    /** A size that is open. */
    public static final long ANY = -1;

    /** Operators whose results no seed of this library rules. */
    private static final Set<String> RANDOM = Set.of(
            "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli");

    /**
     * The type of an input or output.
     *
     * @param elementType the number that ONNX files have for its elements' type
     * @param sizes its sizes, each {@link #ANY} where it is open; empty if the file does not state a shape
     */
    public record Port(int elementType, List<Long> sizes) {

        /**
         * Tells whether a tensor may have a shape here.
         *
         * @param wanted the shape, each size {@link #ANY} where it does not matter
         * @return whether no stated size contradicts it
         */
        public boolean takes(long... wanted) {
            if (sizes.isEmpty()) {
                return true;
            }
            if (sizes.size() != wanted.length) {
                return false;
            }
            for (int axis = 0; axis < wanted.length; axis++) {
                long size = sizes.get(axis);
                if (size != ANY && wanted[axis] != ANY && size != wanted[axis]) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            String type = Arrays.stream(ElementType.values())
                    .filter(known -> known.code() == elementType)
                    .map(ElementType::name)
                    .findFirst()
                    .orElse("type " + elementType);
            return type + (sizes.isEmpty() ? " of any shape" : sizes.toString().replace(Long.toString(ANY), "?"));
        }
    }

    /**
     * Tells whether a folder holds an ONNX model.
     *
     * @param folder the folder
     * @return whether there is a {@code model.onnx}
     */
    public static boolean isIn(Path folder) {
        return Files.exists(folder.resolve(OnnxModel.MODEL_FILE));
    }

    /**
     * Reads the {@code model.onnx} of a folder.
     *
     * @param folder the folder
     * @return what it asks for and gives
     * @throws ModelFormatException if the file is damaged, draws random numbers, or has weights in files that are not
     *     beside it; the message names the file
     * @throws IOException if it cannot be read
     */
    public static OnnxFile in(Path folder) throws IOException {
        Path file = folder.resolve(OnnxModel.MODEL_FILE);
        if (!Files.isRegularFile(file)) { // opening a pipe waits for someone to write to it
            throw new ModelFormatException("expected an ONNX model, but was no regular file (" + file + ")", file);
        }
        OnnxFileReader found = OnnxFileReader.read(file);
        Set<String> random = new TreeSet<>(found.operators);
        random.retainAll(RANDOM);
        if (!random.isEmpty()) {
            throw new ModelFormatException(
                    "expected a network that gives the same each time, but was one that draws random numbers with "
                            + String.join(", ", random) + ", which no seed rules (" + file
                            + "); export the distribution's parameters or its mean",
                    file);
        }
        List<FileStamp> data = new ArrayList<>();
        for (String location : found.dataFiles) {
            data.add(FileStamp.of(dataFile(file, location)));
        }
        return new OnnxFile(file, Map.copyOf(found.inputs), Map.copyOf(found.outputs), List.copyOf(data));
    }

    /** Where a file is that holds weights: beside the model, whose folder has been searched for links that lead out. */
    private static Path dataFile(Path model, String location) throws ModelFormatException {
        if (location.isEmpty()
                || location.startsWith(".")
                || location.indexOf('/') >= 0
                || location.indexOf('\\') >= 0
                || location.indexOf(':') >= 0
                || location.indexOf(0) >= 0) {
            throw new ModelFormatException(
                    "expected the name of a file of weights beside the model, but was "
                            + PrintableText.excerpt(location) + " (" + model + ")",
                    model);
        }
        Path file = model.resolveSibling(location);
        if (!Files.isRegularFile(file)) {
            throw new ModelFormatException(
                    "expected the file of weights " + PrintableText.excerpt(location)
                            + " beside the model, but was no such file (" + model + ")",
                    model);
        }
        return file;
    }

    /** Checks that no file of weights has been written to since the model was read: ONNX Runtime maps them. */
    public void requireUnchanged() {
        data.forEach(FileStamp::requireUnchanged);
    }
}
