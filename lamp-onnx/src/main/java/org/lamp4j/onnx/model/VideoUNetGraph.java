package org.lamp4j.onnx.model;

import static org.lamp4j.onnx.op.Casting.cast;

import java.util.Map;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Subgraph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.ParameterSource;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.tensor.Shape;

/**
 * A video UNet as a graph with float32 inputs under the names that exported diffusion models have.
 *
 * @param graph the graph, without outputs yet
 * @param prediction what the network predicts, FLOAT, in the shape of the latents
 * @param deepFeatures what its {@linkplain VideoUNet.Output last layer} gets from below, in the element type of its
 *     activations
 */
public record VideoUNetGraph(Graph graph, Value prediction, Value deepFeatures) {

    /** Input of the latents, {@code [B, C, F, h, w]}. */
    public static final String SAMPLE = "sample";

    /** Input of the timesteps, {@code [B]}. */
    public static final String TIMESTEP = "timestep";

    /** Input of the text hidden states, {@code [B, N, D]}. */
    public static final String HIDDEN_STATES = "encoder_hidden_states";

    /** Output of a graph that only predicts. */
    public static final String OUTPUT = "out_sample";

    /**
     * The shapes that a graph is built for.
     *
     * @param latents {@code [B, C, F, h, w]}
     * @param context {@code [B, N, D]}
     */
    public record Inputs(Shape latents, Shape context) {

        /**
         * Returns the shapes for latents and a number of tokens.
         *
         * @param latents {@code [B, C, F, h, w]}
         * @param tokens N
         * @param config the UNet's dimensions
         * @return the shapes
         */
        public static Inputs of(Shape latents, int tokens, VideoUNetConfig config) {
            return new Inputs(latents, Shape.of(latents.size(0), tokens, config.contextWidth()));
        }

        /**
         * Returns the shapes for the first clip of a batch alone.
         *
         * @return the shapes, with B = 1
         */
        public Inputs ofOneClip() {
            return new Inputs(latents.with(0, 1), context.with(0, 1));
        }
    }

    /**
     * Builds the network for nothing in particular.
     *
     * @param name what the graph computes
     * @param config the network's dimensions
     * @param source where its parameters come from
     * @param inputs the shapes of its inputs
     * @param elementType element type of its activations
     * @return the graph
     */
    public static VideoUNetGraph build(
            String name, VideoUNetConfig config, ParameterSource source, Inputs inputs, ElementType elementType) {
        return build(name, config, source, inputs, new Types(elementType, elementType, Target.ANY));
    }

    /**
     * Element types, and what the graph is built for.
     *
     * @param activations of all activations but those of attention
     * @param attention of queries, keys, values and the scores made of them
     * @param target the kind of device that runs it
     */
    public record Types(ElementType activations, ElementType attention, Target target) {}

    /**
     * Builds the network.
     *
     * @param name what the graph computes
     * @param config the network's dimensions
     * @param source where its parameters come from
     * @param inputs the shapes of its inputs
     * @param types element types
     * @return the graph
     */
    public static VideoUNetGraph build(
            String name, VideoUNetConfig config, ParameterSource source, Inputs inputs, Types types) {
        Graph graph = new Graph(name, types.target);
        Value sample = graph.input(SAMPLE, ElementType.FLOAT, inputs.latents);
        Value timestep = graph.input(TIMESTEP, ElementType.INT64, Shape.of(inputs.latents.size(0)));
        Value hiddenStates = graph.input(HIDDEN_STATES, ElementType.FLOAT, inputs.context);
        Scope root = Scope.root(graph, source, types.activations, types.attention);
        VideoUNet.Output output = new VideoUNet(config, VideoUNet.Variant.VIDEO)
                .outputs(root, cast(sample, types.activations), timestep, cast(hiddenStates, types.activations));
        return new VideoUNetGraph(graph, cast(output.prediction(), ElementType.FLOAT), output.deepFeatures());
    }

    /**
     * Returns what of the network lies above its deep features. Given those, as an input of their own name, it predicts
     * what the network does; given those of another timestep, nearly that.
     *
     * @return a new graph with the output {@link #OUTPUT}, over the same weights
     */
    public Graph aboveDeepFeatures() {
        return Subgraph.of(graph.name() + " above deep features", Map.of(OUTPUT, prediction), deepFeatures::equals);
    }
}
