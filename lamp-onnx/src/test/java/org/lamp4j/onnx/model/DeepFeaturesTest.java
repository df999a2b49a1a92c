package org.lamp4j.onnx.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.FlopCount;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.GraphParts;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.onnx.layer.ParameterSource;
import org.lamp4j.onnx.layer.RandomParameters;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Where the network is cut so that its deep part need not run at every step. */
class DeepFeaturesTest {

    /** The same sums; ONNX Runtime fuses other nodes where a value is an output. */
    private static final float SAME = 1e-6f;

    /** Half of the steps whole, half above the features, are 1.8 times as fast with this part of the operations. */
    private static final double AT_MOST = 2 / 1.8 - 1;

    private static final Set<String> INPUTS =
            Set.of(VideoUNetGraph.SAMPLE, VideoUNetGraph.TIMESTEP, VideoUNetGraph.HIDDEN_STATES);

    private static Stream<VideoUNetConfig> family() {
        return Stream.of(
                new TinyConfig().layers(2).build(),
                new TinyConfig().channels(8).build(),
                new TinyConfig().channels(8, 16, 24).build(),
                new TinyConfig()
                        .attention(List.of(false, true), List.of(false, true))
                        .build());
    }

    private static VideoUNetGraph build(VideoUNetConfig config, ParameterSource source, Shape latents, int tokens) {
        VideoUNetGraph unet = VideoUNetGraph.build(
                "video UNet", config, source, VideoUNetGraph.Inputs.of(latents, tokens, config), ElementType.FLOAT);
        unet.graph().output(VideoUNetGraph.OUTPUT, unet.prediction());
        unet.graph().output(unet.deepFeatures().name(), unet.deepFeatures());
        return unet;
    }

    @ParameterizedTest
    @MethodSource("family")
    void aboveDeepFeatures_givenThoseOfTheSameLatents_predictsTheSame(VideoUNetConfig config) {
        Shape latents = Shape.of(2, 4, 3, 5, 4);
        VideoUNetGraph unet = build(config, RandomParameters.ofKeys(), latents, 5);
        String features = unet.deepFeatures().name();
        List<FloatTensor> whole =
                given(unet.graph(), config, latents).outputs(List.of(VideoUNetGraph.OUTPUT, features));

        FloatTensor same = given(unet.aboveDeepFeatures(), config, latents)
                .with(features, whole.get(1))
                .output(VideoUNetGraph.OUTPUT);
        FloatTensor other = given(unet.aboveDeepFeatures(), config, latents)
                .with(features, whole.get(1).times(0.5f))
                .output(VideoUNetGraph.OUTPUT);

        assertThat(same.toArray())
                .usingComparatorWithPrecision(SAME)
                .containsExactly(whole.get(0).toArray());
        assertThat(distance(other, whole.get(0))).isGreaterThan(100 * SAME);
    }

    /** Gives a graph what it takes; a last layer without attention takes no text. */
    private static GraphRun given(Graph graph, VideoUNetConfig config, Shape latents) {
        GraphRun run = GraphRun.of(graph)
                .with(VideoUNetGraph.SAMPLE, gaussian(latents))
                .with(VideoUNetGraph.TIMESTEP, 491, 17);
        boolean takesText = graph.inputs().stream().map(Value::name).anyMatch(VideoUNetGraph.HIDDEN_STATES::equals);
        return takesText
                ? run.with(VideoUNetGraph.HIDDEN_STATES, gaussian(Shape.of(2, 5, config.contextWidth())))
                : run;
    }

    private static FloatTensor gaussian(Shape shape) {
        return RandomSource.stream(3, "values", 0).gaussian(shape);
    }

    private static double distance(FloatTensor a, FloatTensor b) {
        double squares = 0;
        for (float difference : a.minus(b).toArray()) {
            squares += (double) difference * difference;
        }
        return Math.sqrt(squares);
    }

    /** Parameters are inputs here, under the names of their keys. */
    @Test
    void aboveDeepFeatures_stableDiffusion14_isTheLastLayerAndWhatIsBesideTheLevels() {
        VideoUNetConfig config = VideoUNetConfig.stableDiffusion14();
        VideoUNetGraph unet = build(config, new InputParameters(), Shape.of(1, 4, 16, 40, 64), 77);
        Graph above = unet.aboveDeepFeatures();

        assertThat(unet.deepFeatures().shape()).isEqualTo(Shape.of(1, 320, 16, 40, 64));
        Set<String> modules = above.inputs().stream()
                .map(Value::name)
                .filter(name -> !INPUTS.contains(name)
                        && !name.equals(unet.deepFeatures().name()))
                .map(name -> name.startsWith("up_blocks")
                        ? name.replaceAll("(up_blocks(\\.\\w+){3})\\..*", "$1")
                        : name.replaceAll("\\..*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(modules)
                .containsExactly(
                        "conv_in",
                        "conv_norm_out",
                        "conv_out",
                        "time_embedding",
                        "up_blocks.3.attentions.2",
                        "up_blocks.3.resnets.2");
        assertThat(above.nodes().size()).isLessThan(unet.graph().nodes().size() / 5);
        double part = (double) FlopCount.of(above).total()
                / FlopCount.of(unet.graph()).total();
        assertThat(part).isLessThan(AT_MOST);
    }

    @Test
    void aboveDeepFeatures_declaredPlacesToCut_staySuch() {
        VideoUNetGraph unet =
                build(new TinyConfig().layers(2).build(), RandomParameters.ofKeys(), Shape.of(1, 4, 2, 4, 4), 5);

        assertThat(GraphParts.of(unet.aboveDeepFeatures())).hasSizeGreaterThan(1);
    }
}
