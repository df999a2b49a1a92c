package org.lamp4j.onnx.singlefile;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.lamp4j.errors.ModelFormatException;
import org.lamp4j.files.ModelText;

/** Tells by name what a folder in diffusers layout is, if it is no Stable Diffusion 1 or 2 model. */
public final class DiffusersFolder {

    /** By what the class of a pipeline begins with. */
    private static final Map<String, String> PIPELINES = Map.of(
            "StableDiffusionXL", "SDXL",
            "StableDiffusion3", "Stable Diffusion 3",
            "Flux", "Flux",
            "StableUnCLIP", "Stable unCLIP",
            "StableDiffusionDepth2Img", "a depth-to-image model",
            "StableDiffusionUpscale", "an upscaling model");

    private DiffusersFolder() {}

    /**
     * Refuses what is another model; a folder that says nothing passes.
     *
     * @param folder a model folder
     * @throws ModelFormatException if it is another kind of model; the message says what
     * @throws IOException if a configuration cannot be read
     */
    public static void requireStableDiffusion(Path folder) throws IOException {
        Optional<String> other = byPipeline(folder.resolve("model_index.json"));
        if (other.isEmpty()) {
            other = byUNet(folder.resolve("unet").resolve("config.json"));
        }
        if (other.isPresent()) {
            throw KindOfModel.refused(other.get(), folder);
        }
    }

    private static Optional<String> byPipeline(Path index) throws IOException {
        if (!Files.exists(index)) {
            return Optional.empty();
        }
        String pipeline = ModelText.readObject(index, ModelText.MAX_CONFIG_BYTES)
                .path("_class_name")
                .asText()
                .replaceFirst("^(Onnx|ORT)", "");
        return PIPELINES.entrySet().stream()
                .filter(kind -> pipeline.startsWith(kind.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static Optional<String> byUNet(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonNode unet = ModelText.readObject(file, ModelText.MAX_CONFIG_BYTES);
        if (unet.hasNonNull("time_cond_proj_dim")) {
            return Optional.of(KindOfModel.distilled());
        }
        if (unet.path("addition_embed_type").asText().equals("text_time")) {
            return Optional.of("SDXL");
        }
        return KindOfModel.byChannels(unet.path("in_channels").asInt());
    }
}
