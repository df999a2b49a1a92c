package org.lamp4j.onnx.model;

import java.util.Map;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.tensor.Shape;

/** The parameters of networks by key and shape, found by building each once without any weights. */
public final class NetworkParameters {

    private NetworkParameters() {}

    /**
     * Lists a text encoder's parameters.
     *
     * @param config its dimensions
     * @return shapes by key, in the order the network uses them
     */
    public static Map<String, Shape> of(ClipTextConfig config) {
        InputParameters declared = new InputParameters();
        Graph graph = new Graph("text encoder");
        Value tokens = graph.input("tokens", ElementType.INT64, Shape.of(1, config.positions()));
        new ClipTextEncoder(config).apply(Scope.root(graph, declared, ElementType.FLOAT), tokens);
        return declared.shapes();
    }

    /**
     * Lists an auto-encoder's parameters.
     *
     * @param config its dimensions
     * @return shapes by key, in the order the network uses them
     */
    public static Map<String, Shape> of(VaeConfig config) {
        InputParameters declared = new InputParameters();
        Graph graph = new Graph("auto-encoder");
        Shape images = Shape.of(1, config.imageChannels(), config.factor(), config.factor());
        Vae network = new Vae(config);
        Scope root = Scope.root(graph, declared, ElementType.FLOAT);
        network.decode(
                root,
                network.encode(root, graph.input("images", ElementType.FLOAT, images))
                        .mean());
        return declared.shapes();
    }

    /**
     * Lists an image UNet's parameters.
     *
     * @param config its dimensions
     * @return shapes by key, in the order the network uses them
     */
    public static Map<String, Shape> of(VideoUNetConfig config) {
        InputParameters declared = new InputParameters();
        Graph graph = new Graph("image UNet");
        int size = 1 << (config.levels().size() - 1);
        Value latents = graph.input("latents", ElementType.FLOAT, Shape.of(1, config.inChannels(), 1, size, size));
        Value timesteps = graph.input("timesteps", ElementType.INT64, Shape.of(1));
        Value context = graph.input("context", ElementType.FLOAT, Shape.of(1, 1, config.contextWidth()));
        new VideoUNet(config, VideoUNet.Variant.IMAGE)
                .apply(Scope.root(graph, declared, ElementType.FLOAT), latents, timesteps, context);
        return declared.shapes();
    }
}
