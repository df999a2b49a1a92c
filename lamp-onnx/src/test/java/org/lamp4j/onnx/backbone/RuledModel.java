package org.lamp4j.onnx.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** A single file whose tensors' names and shapes a fixture lists, and whose values follow its rule. */
final class RuledModel {

    private RuledModel() {}

    /** Writes the file. */
    static Path write(JsonNode weights, Path file) throws IOException {
        List<StoredTensor> tensors = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : weights.properties()) {
            JsonNode rule = entry.getValue();
            Shape shape = shape(rule.get("shape"));
            double offset = rule.get("offset").asDouble();
            double scale = rule.get("scale").asDouble();
            FloatBuffer values = TinyModel.direct(shape);
            for (int index = 0; index < values.capacity(); index++) {
                values.put(index, (float) (offset + scale * value(entry.getKey(), index)));
            }
            tensors.add(StoredTensor.of(entry.getKey(), shape, values));
        }
        SafetensorsWriter.write(file, tensors, Map.of());
        return file;
    }

    /** Returns a tensor of the rule's own values. */
    static FloatTensor tensor(String name, Shape shape) {
        return FloatTensor.generate(shape, index -> (float) value(name, index));
    }

    private static Shape shape(JsonNode sizes) {
        int[] all = new int[sizes.size()];
        for (int axis = 0; axis < all.length; axis++) {
            all[axis] = sizes.get(axis).asInt();
        }
        return Shape.of(all);
    }

    /** A number of -1 to 1: a hash of the name's CRC-32 and the index, its upper 24 bits as a fraction. */
    private static double value(String name, int index) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        int hash = (int) crc.getValue() + index * 0x9E3779B9;
        hash ^= hash >>> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >>> 13;
        hash *= 0xC2B2AE35;
        hash ^= hash >>> 16;
        return (hash >>> 8) / (double) (1 << 23) - 1;
    }
}
