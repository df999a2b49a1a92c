package org.lamp4j.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.layer.InputParameters;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.model.TinyConfig;
import org.lamp4j.onnx.model.UNetKeys;
import org.lamp4j.onnx.model.VideoUNet;
import org.lamp4j.onnx.model.VideoUNetGraph;
import org.lamp4j.onnx.op.Activations;
import org.lamp4j.onnx.op.Convolution;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.onnx.op.Elementwise;
import org.lamp4j.onnx.op.Layout;
import org.lamp4j.onnx.op.MatrixProducts;
import org.lamp4j.onnx.op.MultiHeadAttention;
import org.lamp4j.onnx.op.Normalization;
import org.lamp4j.onnx.op.Reductions;
import org.lamp4j.onnx.training.StepGraph;
import org.lamp4j.tensor.Shape;

class FlopCountTest {

    /** Each product of the forward pass has two in the backward pass, but for those whose weights are frozen. */
    private static final double SMALLEST_STEP = 2;

    private static final double LARGEST_STEP = 4;

    /** Multiplications with additions of one pass of Stable Diffusion v1's UNet over 64 x 64 latents, in 10^9. */
    private static final double PUBLISHED_BILLIONS = 338.7;

    /** Counters differ in what they do with biases and with the time embedding. */
    private static final double PUBLISHED_PRECISION = 0.01;

    private static Arguments of(String name, long flops, Function<List<Value>, Value> function, Shape... shapes) {
        return Arguments.of(name, flops, function, List.of(shapes));
    }

    static Stream<Arguments> cases() {
        Shape x = Shape.of(2, 3, 8, 6);
        return Stream.of(
                of("sum", 24, in -> Elementwise.add(in.get(0), in.get(1)), Shape.of(2, 3, 4), Shape.of(4)),
                of("clip", 10, in -> Elementwise.clip(in.get(0), 0, 1), Shape.of(5)),
                of("silu", 15, in -> Activations.silu(in.get(0)), Shape.of(5)),
                of("softmax", 60, in -> Normalization.softmax(in.get(0)), Shape.of(3, 4)),
                of("mean", 12, in -> Reductions.mean(in.get(0), 1), Shape.of(3, 4)),
                of("transpose", 0, in -> Layout.transpose(in.get(0), 1, 0), Shape.of(3, 4)),
                // [5 · 2, 3] by [3, 4]: 10 · 4 sums of 3 products
                of(
                        "product",
                        240,
                        in -> MatrixProducts.matMul(in.get(0), in.get(1)),
                        Shape.of(5, 2, 3),
                        Shape.of(3, 4)),
                // for each of 2 · 3 rows and 5 keys, two products of 4 channels, and a softmax for each of 2 heads
                of(
                        "attention",
                        2 * 3 * 5 * (2 * 2 * 4 + 2 * 5),
                        in -> MultiHeadAttention.multiHeadAttention(in.get(0), in.get(1), in.get(1), 2),
                        Shape.of(2, 3, 4),
                        Shape.of(2, 5, 4)),
                // 2 images of 8 x 6, 5 channels: each number a sum of 3 · 9 products, and a bias
                of(
                        "convolution",
                        2 * 48 * 5 * (2 * 27 + 1),
                        in -> Convolution.conv2d(in.get(0), in.get(1), in.get(2), Window.padded(1)),
                        x,
                        Shape.of(5, 3, 3, 3),
                        Shape.of(5)),
                // stride 2: 4 x 3 positions
                of(
                        "halving",
                        2 * 12 * 5 * 2 * 27,
                        in -> Convolution.conv2d(in.get(0), in.get(1), new Window(2, 1, 1, 1, 1)),
                        x,
                        Shape.of(5, 3, 3, 3)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void of_oneOperator_isItsFormula(
            String name, long flops, Function<List<Value>, Value> function, List<Shape> shapes) {
        Graph graph = new Graph(name);
        List<Value> inputs = shapes.stream()
                .map(shape -> graph.input("x" + graph.inputs().size(), ElementType.FLOAT, shape))
                .toList();
        graph.output("y", function.apply(inputs));

        assertThat(FlopCount.of(graph).total()).isEqualTo(flops);
    }

    /**
     * The image UNet at its usual size, without the products between queries, keys and values, which counters of layers
     * do not see.
     */
    @Test
    void of_stableDiffusion14_isThePublishedNumber() {
        VideoUNetConfig config = VideoUNetConfig.stableDiffusion14();
        Graph graph = new Graph("image UNet");
        Value latents = graph.input("latents", ElementType.FLOAT, Shape.of(1, 4, 1, 64, 64));
        Value timesteps = graph.input("timesteps", ElementType.INT64, Shape.of(1));
        Value context = graph.input("context", ElementType.FLOAT, Shape.of(1, 77, 768));
        new VideoUNet(config, VideoUNet.Variant.IMAGE)
                .apply(Scope.root(graph, new InputParameters(), ElementType.FLOAT), latents, timesteps, context);
        long flops = graph.nodes().stream()
                .filter(node ->
                        List.of("Conv", "MatMul").contains(node.operator().name()))
                .filter(node -> node.operator().name().equals("Conv")
                        || node.input(1).shape().rank() == 2)
                .mapToLong(FlopCount::of)
                .sum();

        assertThat(flops / 2e9).isCloseTo(PUBLISHED_BILLIONS, within(PUBLISHED_BILLIONS * PUBLISHED_PRECISION));
    }

    @Test
    void of_trainingStep_isAFewTimesTheWayForward() {
        VideoUNetConfig config = new TinyConfig().build();
        Shape latents = Shape.of(1, 4, 3, 8, 8);
        long forward = FlopCount.of(unet(config, latents).graph()).total();
        Graph step = StepGraph.of(
                unet(config, latents),
                UNetKeys.of(config).ofModules(List.of("conv1d", "attn_temp")),
                ElementType.FLOAT);

        assertThat((double) FlopCount.of(step).total() / forward).isBetween(SMALLEST_STEP, LARGEST_STEP);
    }

    @Test
    void of_operatorWithoutRule_isNamed() {
        Graph graph = new Graph("unruled");
        Value x = graph.input("x", ElementType.FLOAT, Shape.of(2));
        Operator.named("Unruled", "x").types(node -> List.of(x.type())).build().apply(Map.of(), x);

        assertThatThrownBy(() -> FlopCount.of(graph))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected a rule that counts the operations of Unruled, but it has none");
    }

    private static VideoUNetGraph unet(VideoUNetConfig config, Shape latents) {
        return VideoUNetGraph.build(
                "video UNet",
                config,
                new InputParameters(),
                VideoUNetGraph.Inputs.of(latents, 77, config),
                ElementType.FLOAT);
    }
}
