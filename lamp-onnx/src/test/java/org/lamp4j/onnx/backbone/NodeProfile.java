package org.lamp4j.onnx.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What ran where, from the profiles that sessions write.
 *
 * @param ran how many nodes ran, by provider and operator, as in {@code CUDA Conv}
 */
public record NodeProfile(Map<String, Integer> ran) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TIME_OF_KERNEL = "_kernel_time";

    public static NodeProfile in(Path folder) throws IOException {
        Map<String, Integer> ran = new TreeMap<>();
        try (DirectoryStream<Path> profiles = Files.newDirectoryStream(folder, "*.json")) {
            for (Path profile : profiles) {
                for (JsonNode event : JSON.readTree(profile.toFile())) {
                    if (event.path("name").asText().endsWith(TIME_OF_KERNEL)) {
                        JsonNode node = event.path("args");
                        String provider = node.path("provider").asText().replace("ExecutionProvider", "");
                        ran.merge(provider + " " + node.path("op_name").asText(), 1, Integer::sum);
                    }
                }
            }
        }
        return new NodeProfile(ran);
    }

    /** Returns how many nodes ran, those of all runs together. */
    public int count() {
        return ran.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Returns how many nodes of an operator ran. */
    public int count(String operator) {
        return ran.entrySet().stream()
                .filter(entry -> entry.getKey().endsWith(" " + operator))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }
}
