package org.lamp4j.examples.bench;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.lamp4j.media.FrameSize;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.FlopCount;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.ClipTextEncoder;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.model.Vae;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.tensor.Shape;

/**
 * Floating-point operations of a model's networks.
 *
 * @param text one prompt through the text encoder
 * @param encoder one frame through the auto-encoder's encoder
 * @param decoder one frame through its decoder
 * @param forward one clip through the video UNet
 * @param step loss and gradients of one clip, nothing computed twice
 * @param transfers what a GPU's session is given and gives in such a step
 */
record NetworkFlops(
        FlopCount text, FlopCount encoder, FlopCount decoder, FlopCount forward, FlopCount step, Transfers transfers) {

    private static final int IMAGE_CHANNELS = 3;

    static NetworkFlops of(BaseModelConfig config, Shape latents, FrameSize size, List<String> modules) {
        UNetKeys keys = UNetKeys.of(config.unet());
        Set<String> trained = keys.ofModules(modules);
        VideoUNetGraph forward = unet(config, latents);
        Graph step = StepGraph.of(unet(config, latents), trained, ElementType.FLOAT);
        Set<String> frozen = new HashSet<>(keys.shapes().keySet());
        frozen.removeAll(trained);
        return new NetworkFlops(
                text(config),
                encoder(config, size),
                decoder(config, latents),
                FlopCount.of(forward.graph()),
                FlopCount.of(step),
                Transfers.of(step, frozen));
    }

    /** Returns the operations of a step that a forward pass does not have. */
    FlopCount wayBack() {
        return step.plus(forward.times(-1));
    }

    private static FlopCount text(BaseModelConfig config) {
        Graph graph = new Graph("text encoder");
        Value tokens = graph.input(
                "tokens", ElementType.INT64, Shape.of(1, config.text().positions()));
        new ClipTextEncoder(config.text()).apply(root(graph), tokens);
        return FlopCount.of(graph);
    }

    private static FlopCount encoder(BaseModelConfig config, FrameSize size) {
        Graph graph = new Graph("VAE encoder");
        Shape image = Shape.of(1, IMAGE_CHANNELS, size.height(), size.width());
        new Vae(config.vae()).encode(root(graph), graph.input("image", ElementType.FLOAT, image));
        return FlopCount.of(graph);
    }

    private static FlopCount decoder(BaseModelConfig config, Shape latents) {
        Graph graph = new Graph("VAE decoder");
        Shape frame = Shape.of(1, latents.size(1), latents.size(3), latents.size(4));
        new Vae(config.vae()).decode(root(graph), graph.input("latent", ElementType.FLOAT, frame));
        return FlopCount.of(graph);
    }

    static VideoUNetGraph unet(BaseModelConfig config, Shape latents) {
        return VideoUNetGraph.build(
                "video UNet",
                config.unet(),
                new InputParameters(),
                VideoUNetGraph.Inputs.of(latents, config.text().positions(), config.unet()),
                ElementType.FLOAT);
    }

    private static Scope root(Graph graph) {
        return Scope.root(graph, new InputParameters(), ElementType.FLOAT);
    }
}
