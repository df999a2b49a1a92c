package org.lamp4j.onnx.lora;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ModelText;
import org.lamp4j.files.StrictJson;
import org.lamp4j.onnx.weights.Checkpoint;

/**
 * How strongly the updates of a file count that has no tensor for α: what PEFT's configuration says, among the notes of
 * the file, where diffusers puts it, or in {@code adapter_config.json} beside it, where PEFT does.
 */
final class PeftScale {

    private static final String NOTE = "lora_adapter_metadata";
    private static final String CONFIG = "adapter_config.json";
    private static final String ALPHA = "lora_alpha";

    private final JsonNode config;
    private final boolean prefixed;
    private final Path file;

    private PeftScale(JsonNode config, boolean prefixed, Path file) {
        this.config = config;
        this.prefixed = prefixed;
        this.file = file;
    }

    static PeftScale of(Checkpoint lora) throws IOException {
        String note = lora.metadata().get(NOTE);
        if (note != null) {
            return new PeftScale(parse(note, lora.file()), true, lora.file());
        }
        Path beside = lora.file().resolveSibling(CONFIG);
        boolean isPeft = lora.names().stream().anyMatch(name -> name.contains(".lora_A."));
        return isPeft && Files.exists(beside)
                ? new PeftScale(ModelText.readObject(beside, ModelText.MAX_CONFIG_BYTES), false, beside)
                : new PeftScale(StrictJson.mapper().createObjectNode(), false, lora.file());
    }

    private static JsonNode parse(String note, Path file) throws IOException {
        try {
            return StrictJson.reader().readTree(note);
        } catch (JsonProcessingException e) {
            throw new ModelFormatException(
                    "expected JSON for " + NOTE + ", but was " + e.getOriginalMessage() + " (" + file + ")", file, e);
        }
    }

    /**
     * Returns what B A is multiplied by.
     *
     * @param module a module's name as diffusers has it, after the network it is of
     * @param rank r
     * @return α/r, or α/√r where the configuration says so; 1 where it says nothing
     */
    double of(String module, int rank) throws ModelFormatException {
        int dot = module.indexOf('.');
        String network = prefixed ? module.substring(0, dot + 1) : "";
        String name = module.substring(dot + 1);
        JsonNode all = config.path(network + ALPHA);
        JsonNode alpha = config.path(network + "alpha_pattern").properties().stream()
                .filter(entry -> name.equals(entry.getKey()) || name.endsWith("." + entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .or(() -> Optional.of(all))
                .get();
        if (alpha.isMissingNode() || alpha.isNull()) {
            return 1;
        }
        if (!alpha.isNumber() || !Double.isFinite(alpha.asDouble())) {
            throw new ModelFormatException(
                    "expected a number as " + ALPHA + ", but was " + alpha.getNodeType() + " (" + file + ")",
                    file,
                    ALPHA);
        }
        boolean stabilised = config.path(network + "use_rslora").asBoolean();
        return alpha.asDouble() / (stabilised ? Math.sqrt(rank) : rank);
    }
}
