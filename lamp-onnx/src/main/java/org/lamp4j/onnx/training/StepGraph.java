package org.lamp4j.onnx.training;

import static org.lamp4j.onnx.op.Elementwise.div;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sub;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Reductions.mean;
import static org.lamp4j.onnx.op.Slicing.slice;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.lamp4j.onnx.autodiff.Gradients;
import org.lamp4j.onnx.autodiff.PartGradients;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.tensor.Shape;

/**
 * Makes the graph of one training step from a video UNet: LAMP's loss {@code mean (ε̂ - ε)²} over frames 1 to F-1, and
 * its gradients with respect to the trained parameters.
 *
 * <p>To the UNet's inputs comes {@code target}; outputs are {@code loss} and {@code gradient/<key>}. With float16
 * activations there is an input {@code loss_scale} too: it multiplies the gradients in the backward pass and is taken
 * out of them at the end.
 */
public final class StepGraph {

    static final String TARGET = "target";
    /** Output of the loss. */
    public static final String LOSS = "loss";

    static final String LOSS_SCALE = "loss_scale";

    /** Output of the loss times its scale, which is what is differentiated where there is a scale. */
    private static final String SCALED_LOSS = "scaled_loss";

    private StepGraph() {}

    /**
     * Adds loss and gradients to a UNet.
     *
     * @param unet the UNet, whose trained parameters are inputs of the graph; two frames at least
     * @param trained keys of the trained parameters
     * @param elementType element type of the UNet's activations
     * @return the UNet's graph
     */
    public static Graph of(VideoUNetGraph unet, Set<String> trained, ElementType elementType) {
        Graph graph = unet.graph();
        Value loss = loss(unet);
        if (elementType == ElementType.FLOAT16) {
            graph.output(LOSS, loss);
            Value scale = graph.input(LOSS_SCALE, ElementType.FLOAT, Shape.of());
            addGradients(mul(loss, scale), trained, gradient -> div(gradient, scale));
        } else {
            addLoss(loss, trained);
        }
        return graph;
    }

    /**
     * Adds the loss alone to a UNet, for a step that recomputes: {@link RecomputingGraph#of} or
     * {@link TrainingStep#recomputing}.
     *
     * @param unet the UNet, whose trained parameters are inputs of the graph; two frames at least
     * @param elementType element type of the UNet's activations
     * @return the UNet's graph
     */
    public static Graph forward(VideoUNetGraph unet, ElementType elementType) {
        Graph graph = unet.graph();
        Value loss = loss(unet);
        graph.output(LOSS, loss);
        if (elementType == ElementType.FLOAT16) {
            graph.output(SCALED_LOSS, mul(loss, graph.input(LOSS_SCALE, ElementType.FLOAT, Shape.of())));
        }
        return graph;
    }

    /** Returns the name of the output of {@link #forward} that is differentiated. */
    static String differentiated(Graph forward) {
        return forward.outputs().containsKey(SCALED_LOSS) ? SCALED_LOSS : LOSS;
    }

    /**
     * Adds a loss and its gradients to the outputs of its graph.
     *
     * @param loss what is to be made small, a scalar
     * @param trained names of the graph's inputs that are trained
     */
    public static void addLoss(Value loss, Set<String> trained) {
        loss.graph().output(LOSS, loss);
        addGradients(loss, trained, UnaryOperator.identity());
    }

    private static void addGradients(Value loss, Set<String> trained, UnaryOperator<Value> unscale) {
        Graph graph = loss.graph();
        List<Value> parameters = graph.inputs().stream()
                .filter(input -> trained.contains(input.name()))
                .toList();
        for (Map.Entry<Value, Value> entry : Gradients.of(loss, parameters).entrySet()) {
            graph.output(PartGradients.gradientOf(entry.getKey().name()), unscale.apply(entry.getValue()));
        }
    }

    /** Frame 0 is given clean to the network, so there is nothing to predict in it. */
    private static Value loss(VideoUNetGraph unet) {
        Value predicted = unet.prediction();
        Value target = unet.graph().input(TARGET, ElementType.FLOAT, predicted.shape());
        int frames = predicted.shape().size(2);
        Value error = sub(slice(predicted, 2, 1, frames), slice(target, 2, 1, frames));
        return reshape(mean(mul(error, error), 0, 1, 2, 3, 4), Shape.of());
    }
}
