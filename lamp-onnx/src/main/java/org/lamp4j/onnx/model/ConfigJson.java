package org.lamp4j.onnx.model;

import com.google.common.collect.Lists;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.config.VideoUNetConfig.Level;

/** Configurations as diffusers and transformers read them from a {@code config.json}. */
public final class ConfigJson {

    private ConfigJson() {}

    /**
     * Returns an auto-encoder's configuration.
     *
     * @param config its dimensions
     * @return entries of {@code vae/config.json}
     */
    public static Map<String, Object> of(VaeConfig config) {
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
        return json;
    }

    /**
     * Returns a text encoder's configuration.
     *
     * @param config its dimensions
     * @return entries of {@code text_encoder/config.json}
     */
    public static Map<String, Object> of(ClipTextConfig config) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architectures", List.of("CLIPTextModel"));
        json.putAll(textTower(config));
        json.put("bos_token_id", config.vocabularySize() - 2);
        json.put("eos_token_id", config.vocabularySize() - 1);
        return json;
    }

    /**
     * Returns a CLIP text tower's configuration as models with both towers have it.
     *
     * @param config its dimensions
     * @return entries of {@code text_config}
     */
    public static Map<String, Object> textTower(ClipTextConfig config) {
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
     * Returns an image UNet's configuration.
     *
     * @param config its dimensions
     * @return entries of {@code unet/config.json}
     */
    public static Map<String, Object> of(VideoUNetConfig config) {
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
        return json;
    }

    private static List<String> blocks(List<Level> levels, Predicate<Level> attention, String type) {
        return levels.stream()
                .map(level -> attention.test(level) ? "CrossAttn" + type : type)
                .toList();
    }
}
