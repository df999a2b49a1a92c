package org.lamp4j.onnx.config;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.onnx.config.ClipTextConfig.Activation;

/**
 * The dimensions of a CLIP vision tower.
 *
 * @param imageSize width and height of an image, 224
 * @param patchSize width and height of a patch, a divisor of it
 * @param width width of its hidden states, D
 * @param feedForwardWidth width inside its feed-forward parts
 * @param layers number of layers
 * @param heads number of attention heads
 * @param epsilon ε of its LayerNorms
 * @param activation activation of its feed-forward parts
 */
public record ClipVisionConfig(
        int imageSize,
        int patchSize,
        int width,
        int feedForwardWidth,
        int layers,
        int heads,
        float epsilon,
        Activation activation) {

    /**
     * Reads the vision tower's part of a CLIP configuration.
     *
     * @param file {@code config.json} of a CLIP model with both towers, or of a vision tower alone
     * @return the configuration
     * @throws IOException if the file cannot be read or asks for something this tower does not have; the message names
     *     the key
     */
    public static ClipVisionConfig read(Path file) throws IOException {
        ConfigFile whole = ConfigFile.read(file);
        whole.supportOnly("model_type", "clip", "clip_vision_model");
        ConfigFile config = whole.isAbsent("vision_config") ? whole : whole.child("vision_config");
        config.supportOnly("hidden_act", "quick_gelu", "gelu");
        config.supportOnly("num_channels", 3);
        int imageSize = config.integer("image_size", 224);
        int patchSize = config.integer("patch_size", 32);
        int width = config.integer("hidden_size", 768);
        int heads = config.integer("num_attention_heads", 12);
        if (imageSize % patchSize != 0) {
            throw config.unexpected("image_size", "a multiple of patch_size " + patchSize);
        }
        if (width % heads != 0) {
            throw config.unexpected("hidden_size", "a multiple of num_attention_heads " + heads);
        }
        return new ClipVisionConfig(
                imageSize,
                patchSize,
                width,
                config.integer("intermediate_size", 3072),
                config.integer("num_hidden_layers", 12),
                heads,
                config.number("layer_norm_eps", 1e-5),
                Activation.of(config));
    }

    /**
     * Returns the tower's usual name.
     *
     * @return {@code ViT-B/32}, {@code ViT-L/14}, {@code ViT-L/14@336} and so on; for a width that has no letter, the
     *     width
     */
    public String variant() {
        String size = switch (width) {
            case 768 -> "B";
            case 1024 -> "L";
            case 1280 -> "H";
            default -> Integer.toString(width);
        };
        return "ViT-" + size + "/" + patchSize + (imageSize == 224 ? "" : "@" + imageSize);
    }

    /**
     * Returns how many patches an image is cut into.
     *
     * @return their number, which is that of the encoder's positions less one
     */
    public int patches() {
        return (imageSize / patchSize) * (imageSize / patchSize);
    }
}
