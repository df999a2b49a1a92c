package org.lamp4j.examples.accept;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.examples.accept.PartResult.Verdict;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.ContentHash;
import org.lamp4j.files.StrictJson;

/**
 * The results of parts, a file each, with a hash of all that the result depends on.
 *
 * @param folder where they lie
 * @param machine device, system and versions
 */
record PartStore(Path folder, Map<String, String> machine) {

    private static final String KEY = "key";
    private static final String RESULT = "result";

    /** Returns the hash of a part's inputs, of the device and of versions. */
    String key(Part part) throws IOException {
        ContentHash hash = new ContentHash().add(part.name()).add(part.inputs());
        machine.forEach((name, value) -> hash.add(name).add(value));
        return hash.finish();
    }

    /** Finds the result of a part that came of the same; one that failed is not kept for that. */
    Optional<PartResult> find(String name, String key) throws IOException {
        Path file = file(name);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            JsonMapper mapper = StrictJson.mapper();
            JsonNode kept = mapper.readTree(file.toFile());
            if (!kept.path(KEY).asText().equals(key)) {
                return Optional.empty();
            }
            PartResult result = mapper.treeToValue(kept.path(RESULT), PartResult.class);
            return result.verdict() == Verdict.FAILED ? Optional.empty() : Optional.of(result);
        } catch (JsonProcessingException e) {
            return Optional.empty(); // not a result of this version
        }
    }

    void keep(PartResult result, String key) throws IOException {
        JsonMapper mapper = StrictJson.mapper();
        ObjectNode root = mapper.createObjectNode().put(KEY, key);
        root.set(RESULT, mapper.valueToTree(result));
        Files.createDirectories(folder);
        AtomicFile.write(file(result.name()), StrictJson.indented(root));
    }

    private Path file(String name) {
        return folder.resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ".json");
    }
}
