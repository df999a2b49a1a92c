package org.lamp4j.onnx.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ModelText;

/**
 * Reads the index of weights that are kept in several files, {@code diffusion_pytorch_model.safetensors.index.json}:
 * its {@code weight_map} says which file of the same folder holds each tensor.
 */
final class ShardIndex {

    private static final String WEIGHT_MAP = "weight_map";
    private static final String SUFFIX = ".index.json";
    private static final String HALF = ".fp16.";

    /** More than any model of this kind has; each is a file to open. */
    private static final int MAX_SHARDS = 256;

    private final Path file;
    private final Map<String, Checkpoint> shards = new LinkedHashMap<>();

    private ShardIndex(Path file) {
        this.file = file;
    }

    /** Returns how the index of a file may be called; the variant stands in either of two places. */
    static List<String> namesFor(String weights) {
        return weights.contains(HALF)
                ? List.of(weights + SUFFIX, weights.replace(HALF, ".") + SUFFIX.replace(".json", ".fp16.json"))
                : List.of(weights + SUFFIX);
    }

    static Checkpoint open(Path file) throws IOException {
        return new ShardIndex(file).read();
    }

    private Checkpoint read() throws IOException {
        JsonNode weightMap =
                ModelText.readObject(file, ModelText.MAX_VOCABULARY_BYTES).path(WEIGHT_MAP);
        if (!weightMap.isObject() || weightMap.size() > TensorSizes.MAX_TENSORS) {
            throw malformed(
                    "an object " + WEIGHT_MAP + " of at most " + TensorSizes.MAX_TENSORS + " tensors",
                    weightMap.isObject() ? "more" : weightMap.isMissingNode() ? "none" : "something else");
        }
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, JsonNode> entry : weightMap.properties()) {
                tensors.put(
                        entry.getKey(), shard(entry.getKey(), entry.getValue()).require(entry.getKey()));
            }
            return Checkpoint.joined(file, tensors, new ArrayList<>(shards.values()));
        } finally {
            shards.values().forEach(Checkpoint::close);
        }
    }

    private Checkpoint shard(String tensor, JsonNode value) throws IOException {
        String name = value.asText();
        // A path could lead out of the folder.
        if (!value.isTextual() || name.isEmpty() || !name.equals(name.replaceAll("[/\\\\:\\p{Cntrl}]", ""))) {
            throw malformed("the name of a file beside the index for " + tensor, value.toString());
        }
        Checkpoint open = shards.get(name);
        if (open == null) {
            if (shards.size() == MAX_SHARDS) {
                throw malformed("at most " + MAX_SHARDS + " files", "more");
            }
            open = Checkpoint.open(file.resolveSibling(name));
            shards.put(name, open);
        }
        return open;
    }

    private ModelFormatException malformed(String expected, String actual) {
        return new ModelFormatException(
                "expected " + expected + ", but was " + actual + " (" + file + ")", file, WEIGHT_MAP);
    }
}
