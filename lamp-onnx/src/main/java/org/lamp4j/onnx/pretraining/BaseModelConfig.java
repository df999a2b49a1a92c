package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.lamp4j.onnx.model.ClipTextConfig;
import org.lamp4j.onnx.model.NetworkParameters;
import org.lamp4j.onnx.model.VaeConfig;
import org.lamp4j.onnx.model.VideoUNetConfig;
import org.lamp4j.onnx.singlefile.SingleFile;
import org.lamp4j.tensor.Shape;

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
     * @param model a folder in diffusers layout, or a single file in the original layout
     * @return its dimensions
     * @throws IOException if a configuration cannot be read or asks for something that is not built here
     */
    public static BaseModelConfig read(Path model) throws IOException {
        if (Files.isRegularFile(model)) {
            SingleFile file = SingleFile.open(model);
            return new BaseModelConfig(file.textConfig(), file.vaeConfig(), file.unetConfig());
        }
        return new BaseModelConfig(
                ClipTextConfig.read(model.resolve("text_encoder").resolve("config.json")),
                VaeConfig.read(model.resolve("vae").resolve("config.json")),
                VideoUNetConfig.read(model.resolve("unet").resolve("config.json")));
    }

    /**
     * Lists the text encoder's parameters.
     *
     * @return shapes by checkpoint key
     */
    Map<String, Shape> textParameters() {
        return NetworkParameters.of(text);
    }

    /**
     * Lists the auto-encoder's parameters.
     *
     * @return shapes by checkpoint key
     */
    Map<String, Shape> vaeParameters() {
        return NetworkParameters.of(vae);
    }

    /**
     * Lists the image UNet's parameters.
     *
     * @return shapes by checkpoint key
     */
    Map<String, Shape> unetParameters() {
        return NetworkParameters.of(unet);
    }
}
