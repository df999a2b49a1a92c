package org.lamp4j.onnx.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The dimensions of a UNet of the Stable Diffusion v1 family, as images or inflated to video.
 *
 * @param inChannels channels of the latents it takes, 4
 * @param outChannels channels of its output, 4
 * @param levels the sizes that the latents are seen in, each half the one before, finest first
 * @param layersPerBlock ResNet blocks per level on the way down; one more on the way up
 * @param contextWidth width of the text hidden states
 * @param groups number of groups of its GroupNorms
 * @param epsilon ε of the ResNet blocks' GroupNorms
 * @param linearProjection whether transformers' projections are stored as linear maps
 * @param cosineFirst whether the time embedding begins with cosines
 * @param frequencyShift taken off the number of the time embedding's frequencies
 * @param sampleSize height and width of the latents it was trained for
 */
public record VideoUNetConfig(
        int inChannels,
        int outChannels,
        List<Level> levels,
        int layersPerBlock,
        int contextWidth,
        int groups,
        float epsilon,
        boolean linearProjection,
        boolean cosineFirst,
        float frequencyShift,
        int sampleSize) {

    private static final int DEFAULT_HEADS = 8;
    private static final int DEFAULT_GROUPS = 32;
    private static final int DEFAULT_SAMPLE_SIZE = 64;

    /**
     * What is done at one size of the latents.
     *
     * @param channels channels of its blocks
     * @param heads attention heads of its transformers
     * @param attentionGoingDown whether its blocks on the way down have transformers
     * @param attentionGoingUp the same on the way up
     */
    public record Level(int channels, int heads, boolean attentionGoingDown, boolean attentionGoingUp) {}

    /** Copies the list of levels. */
    public VideoUNetConfig {
        levels = List.copyOf(levels);
    }

    /**
     * Reads a configuration, of the image UNet or of the video UNet as LAMP's program writes it.
     *
     * @param file {@code unet/config.json}
     * @return the configuration
     * @throws IOException if the file cannot be read or asks for something this UNet does not have; the message names
     *     the key
     */
    public static VideoUNetConfig read(Path file) throws IOException {
        ConfigFile config = ConfigFile.read(file);
        config.supportOnly("act_fn", "silu", "swish");
        config.supportOnly("center_input_sample", false);
        config.supportOnly("downsample_padding", 1);
        config.supportOnly("dual_cross_attention", false);
        config.supportOnly("mid_block_scale_factor", 1, "1.0");
        config.supportOnly("mid_block_type", "UNetMidBlock2DCrossAttn", "UNetMidBlock3DCrossAttn");
        config.supportOnly("only_cross_attention", false);
        config.supportOnly("resnet_time_scale_shift", "default");
        config.supportOnly("time_embedding_type", "positional");
        config.supportOnly("transformer_layers_per_block", 1);
        config.supportOnly("use_temp", true);
        config.supportOnly("conv_in_kernel", 3);
        config.supportOnly("conv_out_kernel", 3);
        for (String key : List.of(
                "class_embed_type",
                "num_class_embeds",
                "addition_embed_type",
                "encoder_hid_dim",
                "time_cond_proj_dim")) {
            config.supportOnly(key, "null");
        }
        VideoUNetConfig result = new VideoUNetConfig(
                config.integer("in_channels", 4),
                config.integer("out_channels", 4),
                levels(config),
                config.depth("layers_per_block", 2),
                config.integer("cross_attention_dim"),
                config.integer("norm_num_groups", DEFAULT_GROUPS),
                config.number("norm_eps", 1e-5),
                config.flag("use_linear_projection", false),
                config.flag("flip_sin_to_cos", true),
                config.number("freq_shift", 0),
                config.isList("sample_size")
                        ? DEFAULT_SAMPLE_SIZE
                        : config.integer("sample_size", DEFAULT_SAMPLE_SIZE));
        result.checkDivisibility(config);
        return result;
    }

    /**
     * Reads whether a UNet wants to attend in float32 where all else is float16, as its scores overflow. That is no
     * dimension: its weights are the same.
     *
     * @param file {@code unet/config.json}
     * @return {@code upcast_attention}
     * @throws IOException if the file cannot be read or says neither true nor false
     */
    public static boolean upcastsAttention(Path file) throws IOException {
        return ConfigFile.read(file).flag("upcast_attention", false);
    }

    /**
     * Returns the dimensions of Stable Diffusion v1.4.
     *
     * @return the configuration of its 859.5 million parameters
     */
    public static VideoUNetConfig stableDiffusion14() {
        return new VideoUNetConfig(
                4,
                4,
                List.of(
                        new Level(320, DEFAULT_HEADS, true, true),
                        new Level(640, DEFAULT_HEADS, true, true),
                        new Level(1280, DEFAULT_HEADS, true, true),
                        new Level(1280, DEFAULT_HEADS, false, false)),
                2,
                768,
                DEFAULT_GROUPS,
                1e-5f,
                false,
                true,
                0,
                DEFAULT_SAMPLE_SIZE);
    }

    private static List<Level> levels(ConfigFile config) throws IOException {
        List<Integer> channels = config.integers("block_out_channels");
        int count = channels.size();
        List<Boolean> goingDown = attention(config, "down_block_types", "DownBlock", count);
        List<Boolean> goingUp = attention(config, "up_block_types", "UpBlock", count); // coarsest first
        List<Integer> heads = heads(config, count);
        return IntStream.range(0, count)
                .mapToObj(level -> new Level(
                        channels.get(level), heads.get(level), goingDown.get(level), goingUp.get(count - 1 - level)))
                .toList();
    }

    private static List<Boolean> attention(ConfigFile config, String key, String block, int levels) throws IOException {
        List<Boolean> attention = new ArrayList<>();
        for (String type : config.strings(key)) {
            String plain = type.replaceFirst("[23]D$", "");
            if ((!plain.equals(block) && !plain.equals("CrossAttn" + block)) || plain.equals(type)) {
                throw config.unexpected(key, "a list of " + block + "2D and CrossAttn" + block + "2D (or 3D)");
            }
            attention.add(plain.startsWith("CrossAttn"));
        }
        if (attention.size() != levels) {
            throw config.unexpected(key, "one type for each of " + levels + " block_out_channels");
        }
        return List.copyOf(attention);
    }

    /** In this generation of configurations {@code attention_head_dim} is the number of heads. */
    private static List<Integer> heads(ConfigFile config, int levels) throws IOException {
        String key = config.isAbsent("num_attention_heads") ? "attention_head_dim" : "num_attention_heads";
        if (!config.isList(key)) {
            return Collections.nCopies(levels, config.integer(key, DEFAULT_HEADS));
        }
        List<Integer> heads = config.integers(key);
        if (heads.size() != levels) {
            throw config.unexpected(key, "a number or one for each of " + levels + " block_out_channels");
        }
        return heads;
    }

    private void checkDivisibility(ConfigFile config) throws IOException {
        for (Level level : levels) {
            if (level.channels % groups != 0) {
                throw config.unexpected("block_out_channels", "multiples of norm_num_groups " + groups);
            }
            if (level.channels % level.heads != 0) {
                List<Integer> heads = levels.stream().map(Level::heads).toList();
                throw config.unexpected("block_out_channels", "multiples of the numbers of heads " + heads);
            }
        }
    }
}
