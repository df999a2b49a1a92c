package org.lamp4j.onnx.pretraining;

import static org.lamp4j.onnx.op.Elementwise.abs;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.exp;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sub;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Reductions.mean;
import static org.lamp4j.onnx.op.Slicing.slice;

import java.util.Map;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.Vae;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.tensor.Shape;

/**
 * One step of an auto-encoder's training. With d the difference between the image that comes out and the one that went
 * in, W a weight for each pixel and the latents drawn from the encoder's Gaussian,
 *
 * <pre>
 *   z = μ + σ · noise
 *   L = mean(W · |d|) + mean(W · d²) + mean(W · |∂d/∂x|) + mean(W · |∂d/∂y|) + β · KL
 *   KL = ½ mean(μ² + σ² - 1 - ln σ²)
 * </pre>
 *
 * The absolute difference keeps flat areas flat, that of the slopes keeps edges sharp.
 */
final class AutoencoderGraph {

    /** Input of the images, {@code [n, 3, H, W]}, -1 to 1. */
    public static final String IMAGES = "images";

    /** Input of the pixels' weights, {@code [n, 1, H, W]}. */
    public static final String WEIGHTS = "weights";

    /** Input of standard normal noise in the shape of the latents. */
    public static final String NOISE = "noise";

    /** β: enough to keep the latents from drifting off, too little to blur the images. */
    private static final float DIVERGENCE_WEIGHT = 3e-4f;

    private final Graph graph;
    private final Map<String, Shape> parameters;

    /**
     * Builds the graph.
     *
     * @param config dimensions of the auto-encoder
     * @param images {@code [n, 3, H, W]}, H and W multiples of the auto-encoder's factor
     * @param target what it is run on
     */
    public AutoencoderGraph(VaeConfig config, Shape images, Target target) {
        graph = new Graph("auto-encoder training", target);
        int factor = config.factor();
        Shape latents =
                Shape.of(images.size(0), config.latentChannels(), images.size(2) / factor, images.size(3) / factor);
        Value x = graph.input(IMAGES, ElementType.FLOAT, images);
        Value weights = graph.input(WEIGHTS, ElementType.FLOAT, images.with(1, 1));
        Value noise = graph.input(NOISE, ElementType.FLOAT, latents);
        InputParameters source = new InputParameters();
        Scope root = Scope.root(graph, source, ElementType.FLOAT);
        Vae vae = new Vae(config);
        Vae.Moments moments = vae.encode(root, x);
        Value deviation = exp(mul(moments.logVariance(), 0.5f));
        Value decoded = vae.decode(root, add(moments.mean(), mul(deviation, noise)));
        Value loss = add(reconstruction(sub(decoded, x), weights), mul(divergence(moments), DIVERGENCE_WEIGHT));
        parameters = source.shapes();
        StepGraph.addLoss(reshape(loss, Shape.of()), parameters.keySet());
    }

    private static Value reconstruction(Value d, Value weights) {
        Value loss = mean(mul(add(abs(d), mul(d, d)), weights), 0, 1, 2, 3);
        for (int axis = 2; axis <= 3; axis++) {
            int size = d.shape().size(axis);
            Value slope = sub(slice(d, axis, 1, size), slice(d, axis, 0, size - 1));
            loss = add(loss, mean(mul(abs(slope), slice(weights, axis, 1, size)), 0, 1, 2, 3));
        }
        return loss;
    }

    private static Value divergence(Vae.Moments moments) {
        Value squares = mul(moments.mean(), moments.mean());
        Value spread = sub(exp(moments.logVariance()), moments.logVariance());
        return mul(add(mean(add(squares, spread), 0, 1, 2, 3), -1), 0.5f);
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
     * Returns the parameters.
     *
     * @return shapes by key
     */
    public Map<String, Shape> parameters() {
        return parameters;
    }
}
