package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.util.Map;
import org.lamp4j.errors.ModelFormatException;

/**
 * What a reader found in a file.
 *
 * @param tensors the tensors by name, in the file's order
 * @param metadata the file's notes, empty where the format has none
 */
record Contents(Map<String, StoredTensor> tensors, Map<String, String> metadata) {

    /** Reads the folder of tensors of one format. */
    @FunctionalInterface
    interface Format {
        Contents read(MappedFile file) throws IOException;
    }

    /**
     * Reads a file that may hold anything. What surfaces of a parser in spite of its checks, such as an index out of
     * bounds, is a refusal of this file and no failure of the program.
     */
    static Contents of(MappedFile file, Format format) throws IOException {
        try {
            return format.read(file);
        } catch (RuntimeException e) {
            throw new ModelFormatException(
                    "expected a well-formed file of weights, but was broken: " + e + " (" + file.path() + ")",
                    file.path(),
                    e);
        }
    }
}
