package org.lamp4j.onnx.model;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The dimensions of a CLIP text encoder.
 *
 * @param vocabularySize number of tokens it knows
 * @param positions number of tokens in a prompt, N
 * @param width width of its hidden states, D
 * @param feedForwardWidth width inside its feed-forward parts
 * @param layers number of layers
 * @param heads number of attention heads
 * @param epsilon ε of its LayerNorms
 * @param activation activation of its feed-forward parts
 */
public record ClipTextConfig(
        int vocabularySize,
        int positions,
        int width,
        int feedForwardWidth,
        int layers,
        int heads,
        float epsilon,
        Activation activation) {

    /** The activations CLIP models use. */
    public enum Activation {
        /** {@code x · sigmoid(1.702 x)}. */
        QUICK_GELU,
        /** The exact form with erf. */
        GELU
    }

    /**
     * Reads a configuration.
     *
     * @param file {@code text_encoder/config.json}
     * @return the configuration
     * @throws IOException if the file cannot be read or asks for something this encoder does not have; the message names
     *     the key
     */
    public static ClipTextConfig read(Path file) throws IOException {
        ConfigFile config = ConfigFile.read(file);
        config.supportOnly("model_type", "clip_text_model");
        config.supportOnly("hidden_act", "quick_gelu", "gelu");
        int width = config.integer("hidden_size");
        int heads = config.integer("num_attention_heads");
        if (width % heads != 0) {
            throw config.unexpected("hidden_size", "a multiple of num_attention_heads " + heads);
        }
        return new ClipTextConfig(
                config.integer("vocab_size"),
                config.integer("max_position_embeddings", 77),
                width,
                config.integer("intermediate_size"),
                config.integer("num_hidden_layers"),
                heads,
                config.number("layer_norm_eps", 1e-5),
                config.string("hidden_act", "quick_gelu").equals("gelu") ? Activation.GELU : Activation.QUICK_GELU);
    }
}
