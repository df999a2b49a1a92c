package org.lamp4j.onnx.config;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The dimensions of all networks of a text-to-image model.
 *
 * @param text of the text encoder
 * @param vae of the auto-encoder
 * @param unet of the UNet
 */
public record BaseModelConfig(ClipTextConfig text, VaeConfig vae, VideoUNetConfig unet) {

    /**
     * Returns the dimensions of Stable Diffusion v1.4.
     *
     * @return the configurations of its 1066 million parameters
     */
    public static BaseModelConfig stableDiffusion14() {
        return new BaseModelConfig(
                ClipTextConfig.stableDiffusion14(), VaeConfig.stableDiffusion14(), VideoUNetConfig.stableDiffusion14());
    }

    /**
     * Reads the configurations of a model; its weights need not be there.
     *
     * @param folder a model in diffusers layout
     * @return its dimensions
     * @throws IOException if a configuration cannot be read or asks for something that is not built here
     */
    public static BaseModelConfig read(Path folder) throws IOException {
        return new BaseModelConfig(
                ClipTextConfig.read(folder.resolve("text_encoder").resolve("config.json")),
                VaeConfig.read(folder.resolve("vae").resolve("config.json")),
                VideoUNetConfig.read(folder.resolve("unet").resolve("config.json")));
    }
}
