package org.lamp4j.onnx.pretraining;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.ClipTextConfig;
import org.lamp4j.onnx.model.ClipTextEncoder;
import org.lamp4j.onnx.model.Vae;
import org.lamp4j.onnx.model.VaeConfig;
import org.lamp4j.onnx.model.VideoUNet;
import org.lamp4j.onnx.model.VideoUNetConfig;
import org.lamp4j.tensor.Shape;

/**
 * The dimensions of all networks of a text-to-image model.
 *
 * @param text of the text encoder
 * @param vae of the auto-encoder
 * @param unet of the UNet
 */
public record BaseModelConfig(ClipTextConfig text, VaeConfig vae, VideoUNetConfig unet) {

    private static final int IMAGE_CHANNELS = 3;

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

    /**
     * Lists the text encoder's parameters.
     *
     * @return shapes by checkpoint key
     */
    Map<String, Shape> textParameters() {
        InputParameters declared = new InputParameters();
        Graph graph = new Graph("text encoder");
        Value tokens = graph.input("tokens", ElementType.INT64, Shape.of(1, text.positions()));
        new ClipTextEncoder(text).apply(Scope.root(graph, declared, ElementType.FLOAT), tokens);
        return declared.shapes();
    }

    /**
     * Lists the auto-encoder's parameters.
     *
     * @return shapes by checkpoint key
     */
    Map<String, Shape> vaeParameters() {
        InputParameters declared = new InputParameters();
        Graph graph = new Graph("auto-encoder");
        Shape images = Shape.of(1, IMAGE_CHANNELS, vae.factor(), vae.factor());
        Vae network = new Vae(vae);
        Scope root = Scope.root(graph, declared, ElementType.FLOAT);
        network.decode(
                root,
                network.encode(root, graph.input("images", ElementType.FLOAT, images))
                        .mean());
        return declared.shapes();
    }

    /**
     * Lists the image UNet's parameters.
     *
     * @return shapes by checkpoint key
     */
    Map<String, Shape> unetParameters() {
        InputParameters declared = new InputParameters();
        Graph graph = new Graph("image UNet");
        int size = 1 << (unet.levels().size() - 1);
        Value latents = graph.input("latents", ElementType.FLOAT, Shape.of(1, unet.inChannels(), 1, size, size));
        Value timesteps = graph.input("timesteps", ElementType.INT64, Shape.of(1));
        Value context = graph.input("context", ElementType.FLOAT, Shape.of(1, 1, unet.contextWidth()));
        new VideoUNet(unet, VideoUNet.Variant.IMAGE)
                .apply(Scope.root(graph, declared, ElementType.FLOAT), latents, timesteps, context);
        return declared.shapes();
    }
}
