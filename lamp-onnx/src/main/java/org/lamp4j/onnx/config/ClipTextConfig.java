package org.lamp4j.onnx.config;

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
        GELU;

        /**
         * Returns its name in a configuration.
         *
         * @return the value of {@code hidden_act}
         */
        public String key() {
            return this == GELU ? "gelu" : "quick_gelu";
        }

        static Activation of(ConfigFile config) {
            return config.string("hidden_act", QUICK_GELU.key()).equals(GELU.key()) ? GELU : QUICK_GELU;
        }
    }

    /**
     * Returns the dimensions with another number of tokens.
     *
     * @param newSize number of tokens it knows
     * @return the configuration
     */
    public ClipTextConfig withVocabularySize(int newSize) {
        return new ClipTextConfig(newSize, positions, width, feedForwardWidth, layers, heads, epsilon, activation);
    }

    /**
     * Returns the dimensions of Stable Diffusion v1.4's text encoder, CLIP ViT-L/14.
     *
     * @return the configuration of its 123.1 million parameters
     */
    public static ClipTextConfig stableDiffusion14() {
        return new ClipTextConfig(49_408, 77, 768, 3072, 12, 12, 1e-5f, Activation.QUICK_GELU);
    }

    /**
     * Reads a configuration.
     *
     * @param file {@code text_encoder/config.json}, or {@code config.json} of a CLIP model with both towers, which
     *     leaves out what is as in the first CLIP models
     * @return the configuration
     * @throws IOException if the file cannot be read or asks for something this encoder does not have; the message
     *     names the key
     */
    public static ClipTextConfig read(Path file) throws IOException {
        ConfigFile whole = ConfigFile.read(file);
        boolean nested = !whole.isAbsent("text_config");
        whole.supportOnly("model_type", nested ? "clip" : "clip_text_model");
        ConfigFile config = nested ? whole.child("text_config") : whole;
        config.supportOnly("hidden_act", "quick_gelu", "gelu");
        int width = nested ? config.integer("hidden_size", 512) : config.integer("hidden_size");
        int heads = nested ? config.integer("num_attention_heads", 8) : config.integer("num_attention_heads");
        if (width % heads != 0) {
            throw config.unexpected("hidden_size", "a multiple of num_attention_heads " + heads);
        }
        return new ClipTextConfig(
                nested ? config.integer("vocab_size", 49_408) : config.integer("vocab_size"),
                config.integer("max_position_embeddings", 77),
                width,
                nested ? config.integer("intermediate_size", 2048) : config.integer("intermediate_size"),
                nested ? config.integer("num_hidden_layers", 12) : config.integer("num_hidden_layers"),
                heads,
                config.number("layer_norm_eps", 1e-5),
                Activation.of(config));
    }
}
