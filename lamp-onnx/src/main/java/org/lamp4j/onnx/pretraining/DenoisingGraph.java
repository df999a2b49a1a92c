package org.lamp4j.onnx.pretraining;

import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sub;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Reductions.mean;

import com.google.common.collect.Sets;
import java.util.Map;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.ClipTextEncoder;
import org.lamp4j.onnx.model.VideoUNet;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.tensor.Shape;

/**
 * One step of text-to-image pre-training: text encoder and image UNet together, under the weighted denoising loss
 *
 * <pre>
 *   L = 1/B · Σ_b w_b · mean (ε̂(x_b, t_b, text_b) - ε_b)²
 * </pre>
 *
 * with a weight for each image's timestep, such as min-SNR's (Hang et al., arXiv 2303.09556, equation 8).
 */
final class DenoisingGraph {

    /** Input of the noisy latents, {@code [B, C, h, w]}. */
    public static final String LATENTS = "latents";

    /** Input of the timesteps, {@code [B]}, INT64. */
    public static final String TIMESTEPS = "timesteps";

    /** Input of the captions' tokens, {@code [B, N]}, INT64. */
    public static final String TOKENS = "tokens";

    /** Input of what the UNet should predict, in the shape of the latents. */
    public static final String TARGET = "target";

    /** Input of the loss weights, {@code [B]}. */
    public static final String WEIGHTS = "weights";

    private final Graph graph;
    private final Map<String, Shape> textEncoder;
    private final Map<String, Shape> unet;

    /**
     * Builds the graph.
     *
     * @param unetConfig dimensions of the UNet
     * @param textConfig dimensions of the text encoder, whose width is the UNet's context width
     * @param batchSize B
     * @param target what it is run on
     */
    public DenoisingGraph(VideoUNetConfig unetConfig, ClipTextConfig textConfig, int batchSize, Target target) {
        graph = new Graph("text-to-image pre-training", target);
        int size = unetConfig.sampleSize();
        Shape images = Shape.of(batchSize, unetConfig.inChannels(), size, size);
        Value latents = graph.input(LATENTS, ElementType.FLOAT, images);
        Value timesteps = graph.input(TIMESTEPS, ElementType.INT64, Shape.of(batchSize));
        Value tokens = graph.input(TOKENS, ElementType.INT64, Shape.of(batchSize, textConfig.positions()));
        InputParameters textParameters = new InputParameters();
        Value context = new ClipTextEncoder(textConfig).apply(root(textParameters), tokens);
        InputParameters unetParameters = new InputParameters();
        Value predicted = new VideoUNet(unetConfig, VideoUNet.Variant.IMAGE)
                .apply(root(unetParameters), asClips(latents), timesteps, context);
        Value error = sub(reshape(predicted, images), graph.input(TARGET, ElementType.FLOAT, images));
        Value losses = reshape(mean(mul(error, error), 1, 2, 3), batchSize);
        Value weights = graph.input(WEIGHTS, ElementType.FLOAT, Shape.of(batchSize));
        textEncoder = textParameters.shapes();
        unet = unetParameters.shapes();
        StepGraph.addLoss(
                reshape(mean(mul(losses, weights), 0), Shape.of()), Sets.union(textEncoder.keySet(), unet.keySet()));
    }

    /**
     * Returns the graph.
     *
     * @return the graph, whose outputs are those of {@link StepGraph#addLoss}
     */
    public Graph graph() {
        return graph;
    }

    /**
     * Returns the text encoder's parameters.
     *
     * @return shapes by key
     */
    public Map<String, Shape> textEncoder() {
        return textEncoder;
    }

    /**
     * Returns the UNet's parameters.
     *
     * @return shapes by key
     */
    public Map<String, Shape> unet() {
        return unet;
    }

    private Scope root(InputParameters source) {
        return Scope.root(graph, source, ElementType.FLOAT);
    }

    private static Value asClips(Value images) {
        Shape shape = images.shape();
        return reshape(images, shape.size(0), shape.size(1), 1, shape.size(2), shape.size(3));
    }
}
