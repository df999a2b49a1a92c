package org.lamp4j.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** A folder of reference inputs and results: {@code case.json} and {@code tensors.safetensors}. */
public final class Fixture {

    private final Path model;
    private final JsonNode scalars;
    private final JsonNode header;
    private final ByteBuffer data;

    private Fixture(Path folder, Path model) throws IOException {
        this.model = model;
        ObjectMapper mapper = new ObjectMapper();
        this.scalars = mapper.readTree(Files.readString(folder.resolve("case.json")));
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("tensors.safetensors")))
                .order(ByteOrder.LITTLE_ENDIAN);
        byte[] json = new byte[Math.toIntExact(file.getLong())];
        file.get(json);
        this.header = mapper.readTree(new String(json, StandardCharsets.UTF_8));
        this.data = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Opens a fixture of the project's folder {@code fixtures}, or one of the shared ones. */
    public static Fixture open(String name) {
        Path own = Path.of("../fixtures").resolve(name);
        try {
            Path folder = Files.isDirectory(own)
                    ? own
                    : SharedFolder.resolve("fixtures").resolve(name);
            return new Fixture(folder, folder.resolve("model"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a folder of the model directory. */
    public Path model(String part) {
        return model.resolve(part);
    }

    /** Returns the numbers and texts of the case. */
    public JsonNode scalars() {
        return scalars;
    }

    /** Returns a float32 tensor. */
    public FloatTensor floats(String name) {
        return FloatTensor.of(shape(name), bytes(name, "F32").asFloatBuffer());
    }

    /** Returns an int64 tensor's values. */
    public int[] ints(String name) {
        ByteBuffer bytes = bytes(name, "I64");
        int[] values = new int[bytes.remaining() / Long.BYTES];
        for (int index = 0; index < values.length; index++) {
            values[index] = Math.toIntExact(bytes.getLong());
        }
        return values;
    }

    private ByteBuffer bytes(String name, String type) {
        JsonNode entry = header.path(name);
        if (!entry.path("dtype").asText().equals(type)) {
            throw new IllegalArgumentException("expected a tensor " + name + " of " + type + ", but was " + entry);
        }
        JsonNode offsets = entry.get("data_offsets");
        int from = offsets.get(0).asInt();
        return data.slice(from, offsets.get(1).asInt() - from).order(ByteOrder.LITTLE_ENDIAN);
    }

    private Shape shape(String name) {
        JsonNode sizes = header.path(name).path("shape");
        int[] values = new int[sizes.size()];
        for (int axis = 0; axis < values.length; axis++) {
            values[axis] = sizes.get(axis).asInt();
        }
        return Shape.of(values);
    }

    /** Returns ‖actual − expected‖ / ‖expected‖; NaN if anything is. */
    public static double relativeError(FloatTensor actual, FloatTensor expected) {
        double difference = 0;
        double norm = 0;
        FloatTensor error = actual.minus(expected);
        for (int index = 0; index < error.shape().elementCount(); index++) {
            difference += Math.pow(error.valueAt(index), 2);
            norm += Math.pow(expected.valueAt(index), 2);
        }
        return Math.sqrt(difference / norm);
    }
}
