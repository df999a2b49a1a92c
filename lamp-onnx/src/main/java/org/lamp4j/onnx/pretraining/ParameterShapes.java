package org.lamp4j.onnx.pretraining;

import java.util.Map;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.ClipTextEncoder;
import org.lamp4j.onnx.model.Vae;
import org.lamp4j.onnx.model.VideoUNet;
import org.lamp4j.tensor.Shape;

/** The parameters that networks of given dimensions have. */
final class ParameterShapes {

    private static final int IMAGE_CHANNELS = 3;

    private ParameterShapes() {}

    /** Lists the text encoder's parameters, shapes by checkpoint key. */
    static Map<String, Shape> text(ClipTextConfig text) {
        InputParameters declared = new InputParameters();
        Graph graph = new Graph("text encoder");
        Value tokens = graph.input("tokens", ElementType.INT64, Shape.of(1, text.positions()));
        new ClipTextEncoder(text).apply(Scope.root(graph, declared, ElementType.FLOAT), tokens);
        return declared.shapes();
    }

    /** Lists the auto-encoder's parameters, shapes by checkpoint key. */
    static Map<String, Shape> vae(VaeConfig vae) {
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

    /** Lists the image UNet's parameters, shapes by checkpoint key. */
    static Map<String, Shape> unet(VideoUNetConfig unet) {
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
