package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lamp4j.fixtures.ReferenceFixture.norm;
import static org.lamp4j.fixtures.ReferenceFixture.relativeError;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.RandomParameters;
import org.lamp4j.onnx.model.TinyConfig;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.op.StandardOperators;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** The graph for a GPU, whose channels lie elsewhere, on a CPU: its own operators written as those that a CPU has. */
class ChannelsLastTest {

    /** Sums in another order. */
    private static final double ROUNDING = 2e-5;

    private static final List<String> LAMP = List.of("conv1d", "conv_gate", "attn_temp", "attn1.to_q");

    static List<TinyConfig> configs() {
        return List.of(
                new TinyConfig(),
                new TinyConfig().linearProjection().layers(2),
                new TinyConfig().channels(8, 16, 24).layers(2).groups(8));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void forward_graphForAGpu_predictsWhatThatForACpuDoes(TinyConfig tiny) {
        VideoUNetConfig config = tiny.build();

        FloatTensor expected = run(forward(config, Target.CPU)).get(VideoUNetGraph.OUTPUT);
        FloatTensor found = run(forward(config, Target.GPU)).get(VideoUNetGraph.OUTPUT);

        assertThat(found.shape()).isEqualTo(expected.shape());
        assertThat(relativeError(found.values(), expected.values())).isLessThan(ROUNDING);
    }

    @Test
    void step_graphForAGpu_givesLossAndGradientsOfThatForACpu() {
        assertGivesTheSameGradients(new TinyConfig().linearProjection().build(), LAMP);
    }

    /** Kernels of convolutions over space, and norms, are trained by whoever asks for it. */
    @Test
    void step_allParametersTrained_givesGradientsOfTheGraphForACpu() {
        assertGivesTheSameGradients(
                new TinyConfig().build(),
                List.of("conv2d", "conv_shortcut", "norm1", "norm2", "norm", "conv_norm_out", "conv1d", "conv_gate"));
    }

    private static void assertGivesTheSameGradients(VideoUNetConfig config, List<String> modules) {
        Set<String> trained = UNetKeys.of(config).ofModules(modules);

        Map<String, FloatTensor> expected = run(step(config, trained, Target.CPU));
        Map<String, FloatTensor> found = run(step(config, trained, Target.GPU));

        assertThat(found.keySet()).isEqualTo(expected.keySet()).hasSizeGreaterThan(trained.size());
        double largest = expected.values().stream()
                .mapToDouble(value -> norm(value.values()))
                .max()
                .orElseThrow();
        expected.forEach(
                (name, value) -> assertThat(norm(found.get(name).minus(value).values()))
                        .as(name)
                        .isLessThan(ROUNDING * (norm(value.values()) + largest)));
    }

    private static Graph forward(VideoUNetConfig config, Target target) {
        VideoUNetGraph unet = unet(config, Set.of(), target);
        unet.graph().output(VideoUNetGraph.OUTPUT, unet.prediction());
        return unet.graph();
    }

    private static Graph step(VideoUNetConfig config, Set<String> trained, Target target) {
        return StepGraph.of(unet(config, trained, target), trained, ElementType.FLOAT);
    }

    private static VideoUNetGraph unet(VideoUNetConfig config, Set<String> trained, Target target) {
        return VideoUNetGraph.build(
                "unet",
                config,
                RandomParameters.ofKeys().withInputs(trained),
                VideoUNetGraph.Inputs.of(Shape.of(2, 4, 3, 5, 6), 5, config),
                new VideoUNetGraph.Types(ElementType.FLOAT, ElementType.FLOAT, target));
    }

    private static Map<String, FloatTensor> run(Graph graph) {
        GraphRun run = GraphRun.of(StandardOperators.of(graph));
        for (Value input : graph.inputs()) {
            if (input.elementType() == ElementType.INT64) {
                run.with(input.name(), 17, 803);
            } else {
                boolean isParameter = input.name().contains(".");
                run.with(
                        input.name(),
                        isParameter
                                ? RandomParameters.ofKeys().values(input.name(), input.shape())
                                : RandomSource.stream(1, input.name(), 0).gaussian(input.shape()));
            }
        }
        return run.outputs();
    }
}
