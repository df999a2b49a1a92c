package org.lamp4j.onnx.pretraining;

import com.google.common.collect.Lists;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.files.AtomicFolder;
import org.lamp4j.files.StrictJson;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.config.VideoUNetConfig.Level;
import org.lamp4j.onnx.weights.SafetensorsWriter;
import org.lamp4j.onnx.weights.StoredTensor;
import org.lamp4j.tensor.FloatTensor;

/**
 * Writes the files of a model in the folder layout of Stable Diffusion v1, as diffusers reads it. The tokenizer's
 * written is written by {@code ClipTokenizerTrainer}.
 *
 * @param folder where the model lies; folders are made as needed
 */
public record BaseModel(Path folder) {

    private static final String DIFFUSERS = "diffusers";
    private static final String TRANSFORMERS = "transformers";

    /**
     * Writes {@code model_index.json} and the noise schedule of Stable Diffusion v1: 1000 steps, β from 0.00085 to
     * 0.012, their roots evenly spaced, predicting noise.
     *
     * @throws IOException if a file cannot be written
     */
    public void writeSchedule() throws IOException {
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("_class_name", "StableDiffusionPipeline");
        index.put("scheduler", List.of(DIFFUSERS, "DDIMScheduler"));
        index.put("text_encoder", List.of(TRANSFORMERS, "CLIPTextModel"));
        index.put("tokenizer", List.of(TRANSFORMERS, "CLIPTokenizer"));
        index.put("unet", List.of(DIFFUSERS, "UNet2DConditionModel"));
        index.put("vae", List.of(DIFFUSERS, "AutoencoderKL"));
        Files.createDirectories(folder);
        writeJson(folder.resolve("model_index.json"), index);
        Map<String, Object> schedule = new LinkedHashMap<>();
        schedule.put("_class_name", "DDIMScheduler");
        schedule.put("beta_start", 0.00085);
        schedule.put("beta_end", 0.012);
        schedule.put("beta_schedule", "scaled_linear");
        schedule.put("clip_sample", false);
        schedule.put("num_train_timesteps", 1000);
        schedule.put("prediction_type", "epsilon");
        schedule.put("set_alpha_to_one", false);
        schedule.put("steps_offset", 1);
        AtomicFolder.write(
                folder.resolve("scheduler"), written -> writeJson(written.resolve("scheduler_config.json"), schedule));
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
        int levels = config.blockOutChannels().size();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("_class_name", "AutoencoderKL");
        json.put("act_fn", "silu");
        json.put("block_out_channels", config.blockOutChannels());
        json.put("down_block_types", Collections.nCopies(levels, "DownEncoderBlock2D"));
        json.put("in_channels", config.imageChannels());
        json.put("latent_channels", config.latentChannels());
        json.put("layers_per_block", config.layersPerBlock());
        json.put("norm_num_groups", config.groups());
        json.put("out_channels", config.imageChannels());
        json.put("scaling_factor", config.scalingFactor());
        json.put("up_block_types", Collections.nCopies(levels, "UpDecoderBlock2D"));
        writeNetwork("vae/diffusion_pytorch_model.safetensors", json, weights, precision);
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
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architectures", List.of("CLIPTextModel"));
        json.putAll(textTower(config));
        json.put("bos_token_id", config.vocabularySize() - 2);
        json.put("eos_token_id", config.vocabularySize() - 1);
        writeNetwork("text_encoder/model.safetensors", json, weights, precision);
    }

    /** Returns a CLIP text tower's configuration as models have it. */
    static Map<String, Object> textTower(ClipTextConfig config) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model_type", "clip_text_model");
        json.put("vocab_size", config.vocabularySize());
        json.put("max_position_embeddings", config.positions());
        json.put("hidden_size", config.width());
        json.put("intermediate_size", config.feedForwardWidth());
        json.put("num_hidden_layers", config.layers());
        json.put("num_attention_heads", config.heads());
        json.put("layer_norm_eps", config.epsilon());
        json.put("hidden_act", config.activation().key());
        return json;
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
        List<Level> levels = config.levels();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("_class_name", "UNet2DConditionModel");
        json.put("act_fn", "silu");
        json.put("attention_head_dim", levels.stream().map(Level::heads).toList());
        json.put("block_out_channels", levels.stream().map(Level::channels).toList());
        json.put("center_input_sample", false);
        json.put("cross_attention_dim", config.contextWidth());
        json.put("down_block_types", blocks(levels, Level::attentionGoingDown, "DownBlock2D"));
        json.put("downsample_padding", 1);
        json.put("flip_sin_to_cos", config.cosineFirst());
        json.put("freq_shift", config.frequencyShift());
        json.put("in_channels", config.inChannels());
        json.put("layers_per_block", config.layersPerBlock());
        json.put("mid_block_scale_factor", 1);
        json.put("norm_eps", config.epsilon());
        json.put("norm_num_groups", config.groups());
        json.put("out_channels", config.outChannels());
        json.put("sample_size", config.sampleSize());
        json.put("up_block_types", blocks(Lists.reverse(levels), Level::attentionGoingUp, "UpBlock2D"));
        json.put("use_linear_projection", config.linearProjection());
        writeNetwork("unet/diffusion_pytorch_model.safetensors", json, weights, precision);
    }

    private static List<String> blocks(List<Level> levels, Predicate<Level> attention, String type) {
        return levels.stream()
                .map(level -> attention.test(level) ? "CrossAttn" + type : type)
                .toList();
    }

    private static void writeJson(Path file, Map<String, Object> content) throws IOException {
        AtomicFile.write(
                file, StrictJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
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
            writeJson(written.resolve("config.json"), config);
        });
    }

    /** Returns tensors to be written to a file, in float32; the values are copied. */
    static List<StoredTensor> stored(Map<String, FloatTensor> values) {
        return values.entrySet().stream()
                .map(entry -> StoredTensor.copyOf(entry.getKey(), entry.getValue()))
                .toList();
    }
}
