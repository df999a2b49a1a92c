package org.lamp4j.onnx.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.lamp4j.onnx.weights.Checkpoint;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.FloatTensor;

/** A tiny model with what the original implementation computes from it. */
final class Fixture {

    private final Path directory;
    private final Checkpoint tensors;
    private final JsonNode scalars;

    private Fixture(Path directory) {
        this.directory = directory;
        try {
            tensors = Checkpoint.open(directory.resolve("tensors.safetensors"));
            scalars = new ObjectMapper().readTree(directory.resolve("case.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The fixture of the project, and those in a folder {@code shared} beside the checkout where there is one. */
    static Stream<Fixture> all() {
        List<Path> directories = new ArrayList<>();
        directories.add(Path.of("../fixtures/sd14-mini"));
        Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .map(path -> path.resolve("shared/fixtures/odd-shapes"))
                .filter(Files::isDirectory)
                .findFirst()
                .ifPresent(directories::add);
        return directories.stream().map(Fixture::new);
    }

    Path model() {
        return directory.resolve("model");
    }

    Path motion() {
        return directory.resolve("motion");
    }

    FloatTensor tensor(String name) {
        StoredTensor stored = tensors.tensor(name);
        return FloatTensor.of(stored.shape(), stored.floats());
    }

    List<String> names(String prefix) {
        return tensors.names().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    int[] timesteps(String name) {
        StoredTensor stored = tensors.tensor(name);
        int[] timesteps = new int[Math.toIntExact(stored.shape().elementCount())];
        for (int index = 0; index < timesteps.length; index++) {
            timesteps[index] = Math.toIntExact(stored.data().asLongBuffer().get(index));
        }
        return timesteps;
    }

    List<int[]> tokenIds() {
        StoredTensor stored = tensors.tensor("text.input_ids");
        int[] all = timesteps("text.input_ids");
        int length = stored.shape().size(1);
        List<int[]> rows = new ArrayList<>();
        for (int from = 0; from < all.length; from += length) {
            rows.add(Arrays.copyOfRange(all, from, from + length));
        }
        return rows;
    }

    JsonNode scalar(String name) {
        return scalars.get(name);
    }

    List<String> strings(String name) {
        List<String> strings = new ArrayList<>();
        scalars.get(name).forEach(node -> strings.add(node.asText()));
        return strings;
    }

    static double error(FloatTensor actual, FloatTensor reference) {
        if (!actual.shape().equals(reference.shape())) {
            return Double.NaN;
        }
        return norm(actual.minus(reference)) / norm(reference);
    }

    static double norm(FloatTensor tensor) {
        return Math.sqrt(squares(tensor.values()));
    }

    static double squares(FloatBuffer values) {
        double sum = 0;
        for (int index = 0; index < values.remaining(); index++) {
            sum += (double) values.get(index) * values.get(index);
        }
        return sum;
    }

    @Override
    public String toString() {
        return directory.getFileName().toString();
    }
}
