package org.lamp4j.onnx.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The dimensions of an AutoencoderKL.
 *
 * @param imageChannels channels of an image, 3
 * @param latentChannels channels of a latent, 4
 * @param blockOutChannels channels of each level, finest first
 * @param layersPerBlock ResNet blocks per level of the encoder; the decoder has one more
 * @param groups number of groups of its GroupNorms
 * @param scalingFactor brings latents to about unit variance
 */
public record VaeConfig(
        int imageChannels,
        int latentChannels,
        List<Integer> blockOutChannels,
        int layersPerBlock,
        int groups,
        float scalingFactor) {

    private static final double STABLE_DIFFUSION_SCALING = 0.18215;
    private static final int DEFAULT_GROUPS = 32;

    /**
     * Returns the dimensions of Stable Diffusion v1.4's auto-encoder.
     *
     * @return the configuration of its 83.7 million parameters
     */
    public static VaeConfig stableDiffusion14() {
        return new VaeConfig(3, 4, List.of(128, 256, 512, 512), 2, DEFAULT_GROUPS, (float) STABLE_DIFFUSION_SCALING);
    }

    /**
     * Reads a configuration.
     *
     * @param file {@code vae/config.json}
     * @return the configuration
     * @throws IOException if the file cannot be read or asks for something this VAE does not have; the message names
     *     the key
     */
    public static VaeConfig read(Path file) throws IOException {
        ConfigFile config = ConfigFile.read(file);
        config.supportOnly("act_fn", "silu", "swish");
        config.supportOnly("use_quant_conv", true);
        config.supportOnly("use_post_quant_conv", true);
        config.supportOnly("mid_block_add_attention", true);
        config.supportOnly("shift_factor", "null");
        config.supportOnly("in_channels", 3);
        config.supportOnly("out_channels", 3);
        List<Integer> channels = config.integers("block_out_channels");
        int groups = config.integer("norm_num_groups", DEFAULT_GROUPS);
        if (channels.stream().anyMatch(count -> count % groups != 0)) {
            throw config.unexpected("block_out_channels", "multiples of norm_num_groups " + groups);
        }
        checkTypes(config, "down_block_types", "DownEncoderBlock2D", channels.size());
        checkTypes(config, "up_block_types", "UpDecoderBlock2D", channels.size());
        return new VaeConfig(
                config.integer("in_channels", 3),
                config.integer("latent_channels", 4),
                channels,
                config.depth("layers_per_block", 1),
                groups,
                config.number("scaling_factor", STABLE_DIFFUSION_SCALING));
    }

    private static void checkTypes(ConfigFile config, String key, String type, int levels) throws IOException {
        List<String> types = config.strings(key);
        if (types.size() != levels || types.stream().anyMatch(one -> !one.equals(type))) {
            throw config.unexpected(key, type + " for each of " + levels + " block_out_channels");
        }
    }

    /**
     * Returns how many pixels one latent is wide and high.
     *
     * @return 8 for Stable Diffusion
     */
    public int factor() {
        return 1 << (blockOutChannels.size() - 1);
    }
}
