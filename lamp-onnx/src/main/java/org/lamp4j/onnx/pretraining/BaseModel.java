package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.files.StrictJson;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.model.ConfigJson;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.FloatTensor;

/**
 * Writes the files of a model in the folder layout of Stable Diffusion v1, as diffusers reads it. The tokenizer's
 * folder is written by {@code ClipTokenizerTrainer}.
 *
 * @param folder where the model lies; folders are made as needed
 */
public record BaseModel(Path folder) {

    private static final String DIFFUSERS = "diffusers";
    private static final String TRANSFORMERS = "transformers";

    /**
     * Writes {@code model_index.json} and the noise schedule of Stable Diffusion v1, which predicts noise.
     *
     * @throws IOException if a file cannot be written
     */
    public void writeSchedule() throws IOException {
        writeSchedule(NoiseSchedule.stableDiffusion(PredictionType.EPSILON));
    }

    /**
     * Writes {@code model_index.json} and a noise schedule.
     *
     * @param schedule the schedule
     * @throws IOException if a file cannot be written
     */
    public void writeSchedule(NoiseSchedule schedule) throws IOException {
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("_class_name", "StableDiffusionPipeline");
        index.put("scheduler", List.of(DIFFUSERS, "DDIMScheduler"));
        index.put("text_encoder", List.of(TRANSFORMERS, "CLIPTextModel"));
        index.put("tokenizer", List.of(TRANSFORMERS, "CLIPTokenizer"));
        index.put("unet", List.of(DIFFUSERS, "UNet2DConditionModel"));
        index.put("vae", List.of(DIFFUSERS, "AutoencoderKL"));
        Files.createDirectories(folder);
        AtomicFile.write(folder.resolve("model_index.json"), StrictJson.indented(index));
        schedule.write(folder.resolve("scheduler"));
    }

    /**
     * Writes the auto-encoder.
     *
     * @param config its dimensions
     * @param weights its parameters by key
     * @param precision how they are stored
     * @throws IOException if a file cannot be written
     */
    public void writeVae(VaeConfig config, Map<String, FloatTensor> weights, StoredPrecision precision)
            throws IOException {
        writeVae(config, stored(weights), precision);
    }

    void writeVae(VaeConfig config, Collection<StoredTensor> weights, StoredPrecision precision) throws IOException {
        writeNetwork("vae/diffusion_pytorch_model.safetensors", ConfigJson.of(config), weights, precision);
    }

    /**
     * Writes the text encoder.
     *
     * @param config its dimensions
     * @param weights its parameters by key
     * @param precision how they are stored
     * @throws IOException if a file cannot be written
     */
    public void writeTextEncoder(ClipTextConfig config, Map<String, FloatTensor> weights, StoredPrecision precision)
            throws IOException {
        writeTextEncoder(config, stored(weights), precision);
    }

    void writeTextEncoder(ClipTextConfig config, Collection<StoredTensor> weights, StoredPrecision precision)
            throws IOException {
        writeNetwork("text_encoder/model.safetensors", ConfigJson.of(config), weights, precision);
    }

    /**
     * Writes the UNet.
     *
     * @param config its dimensions
     * @param weights its parameters by key
     * @param precision how they are stored
     * @throws IOException if a file cannot be written
     */
    public void writeUNet(VideoUNetConfig config, Map<String, FloatTensor> weights, StoredPrecision precision)
            throws IOException {
        writeUNet(config, stored(weights), precision);
    }

    void writeUNet(VideoUNetConfig config, Collection<StoredTensor> weights, StoredPrecision precision)
            throws IOException {
        writeNetwork("unet/diffusion_pytorch_model.safetensors", ConfigJson.of(config), weights, precision);
    }

    private void writeNetwork(
            String file, Map<String, Object> config, Collection<StoredTensor> weights, StoredPrecision precision)
            throws IOException {
        Path place = folder.resolve(file);
        AtomicFolder.write(Objects.requireNonNull(place.getParent()), written -> {
            SafetensorsWriter.write(
                    written.resolve(place.getFileName()),
                    weights,
                    Map.of("format", "pt"),
                    RandomWeights.type(precision));
            AtomicFile.write(written.resolve("config.json"), StrictJson.indented(config));
        });
    }

    /** Returns tensors to be written to a file, in float32; the values are copied. */
    static List<StoredTensor> stored(Map<String, FloatTensor> values) {
        return values.entrySet().stream()
                .map(entry -> StoredTensor.copyOf(entry.getKey(), entry.getValue()))
                .toList();
    }
}
