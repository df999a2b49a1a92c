package org.lamp4j.examples.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.lamp4j.files.ModelText;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** What the reference implementation computes with a tiny model: scalars in {@code case.json}, tensors beside it. */
final class Fixture implements AutoCloseable {

    private final Path folder;
    private final JsonNode scalars;
    private final Checkpoint tensors;

    private Fixture(Path folder, JsonNode scalars, Checkpoint tensors) {
        this.folder = folder;
        this.scalars = scalars;
        this.tensors = tensors;
    }

    static Fixture open(Path folder) throws IOException {
        Path scalars = folder.resolve("case.json");
        if (!Files.isRegularFile(scalars)) {
            throw new IOException("expected a fixture with a case.json, but there is none (" + folder + ")");
        }
        JsonNode json = ModelText.readObject(scalars, ModelText.MAX_CONFIG_BYTES);
        return new Fixture(folder, json, Checkpoint.open(folder.resolve("tensors.safetensors")));
    }

    Path modelFolder() {
        return folder.resolve("model");
    }

    Path motionFolder() {
        return folder.resolve("motion");
    }

    boolean has(String... names) {
        return Arrays.stream(names).allMatch(tensors.names()::contains);
    }

    boolean has(List<String> names) {
        return tensors.names().containsAll(names);
    }

    FloatTensor tensor(String name) {
        StoredTensor stored = tensors.tensor(name);
        return stored.toTensor();
    }

    /** Returns a tensor of whole numbers, flattened. */
    int[] integers(String name) {
        LongBuffer stored = tensors.tensor(name).data().asLongBuffer();
        int[] integers = new int[stored.remaining()];
        for (int index = 0; index < integers.length; index++) {
            integers[index] = Math.toIntExact(stored.get(index));
        }
        return integers;
    }

    Shape shape(String name) {
        return tensors.tensor(name).shape();
    }

    /** Returns which steps a tensor is stored for: the numbers at the end of the names that begin so. */
    List<Integer> steps(String prefix) {
        return tensors.names().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> Integer.valueOf(name.substring(prefix.length())))
                .sorted()
                .toList();
    }

    double number(String pointer) throws IOException {
        return scalar(pointer).asDouble();
    }

    int integer(String pointer) throws IOException {
        return scalar(pointer).asInt();
    }

    List<String> strings(String pointer) throws IOException {
        return StreamSupport.stream(scalar(pointer).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    List<Double> numbers(String pointer) throws IOException {
        List<Double> numbers = new ArrayList<>();
        scalar(pointer).forEach(number -> numbers.add(number.asDouble()));
        return numbers;
    }

    private JsonNode scalar(String pointer) throws IOException {
        JsonNode node = scalars.at(pointer);
        if (node.isMissingNode() || node.isNull()) {
            throw new IOException("expected " + pointer + " in case.json, but was not there (" + folder + ")");
        }
        return node;
    }

    @Override
    public void close() {
        tensors.close();
    }
}
