package org.lamp4j.onnx.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.onnx.autodiff.Gradients;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.onnx.op.Elementwise;
import org.lamp4j.onnx.op.Reductions;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Layers against their formulas, written out as loops in float64. */
class LayersTest {

    /** Float32 sums of a few hundred terms. */
    private static final double ROUNDING = 1e-5;

    private static final RandomParameters PARAMETERS = RandomParameters.ofKeys();

    // --- attention ---

    @ParameterizedTest
    @CsvSource({"1, 6", "2, 6", "3, 6"})
    void attention_ofSeveralHeads_isTheFormulaForEach(int heads, int width) {
        FloatTensor q = gaussian("q", 2, 4, width);
        FloatTensor k = gaussian("k", 2, 5, width);
        FloatTensor v = gaussian("v", 2, 5, width);
        Graph graph = new Graph("attention");
        graph.output("y", Attention.attention(input(graph, "q", q), input(graph, "k", k), input(graph, "v", v), heads));
        FloatTensor actual =
                GraphRun.of(graph).with("q", q).with("k", k).with("v", v).output("y");

        int size = width / heads;
        assertClose(actual, generate(Shape.of(2, 4, width), at -> {
            int head = at[2] / size;
            double[] weights = new double[5];
            double total = 0;
            for (int s = 0; s < 5; s++) {
                double score = 0;
                for (int c = head * size; c < (head + 1) * size; c++) {
                    score += (double) q.get(at[0], at[1], c) * k.get(at[0], s, c);
                }
                weights[s] = Math.exp(score / Math.sqrt(size));
                total += weights[s];
            }
            double sum = 0;
            for (int s = 0; s < 5; s++) {
                sum += weights[s] / total * v.get(at[0], s, at[2]);
            }
            return sum;
        }));
    }

    // --- motion convolution ---

    @ParameterizedTest
    @CsvSource({"3, 1, 1", "3, 2, 1", "1, 1, 0"})
    void motionConvolution_isTheFormulaOfLamp(int kernel, int stride, int padding) {
        FloatTensor x = gaussian("x", 2, 3, 4, 5, 4);
        Window window = new Window(stride, padding, padding, padding, padding);
        FloatTensor actual = run(
                x, (scope, value) -> MotionConvolution.motionConvolution(scope.child("m"), value, 2, kernel, window));

        FloatTensor w2 = values("m.conv2d.weight", 2, 3, kernel, kernel);
        FloatTensor b2 = values("m.conv2d.bias", 2);
        int height = (5 + 2 * padding - kernel) / stride + 1;
        int width = (4 + 2 * padding - kernel) / stride + 1;
        FloatTensor y = generate(Shape.of(2, 2, 4, height, width), at -> {
            double sum = b2.get(at[1]);
            for (int i = 0; i < 3; i++) {
                for (int a = 0; a < kernel; a++) {
                    for (int b = 0; b < kernel; b++) {
                        sum += w2.get(at[1], i, a, b)
                                * padded(
                                        x, at[0], i, at[2], at[3] * stride + a - padding, at[4] * stride + b - padding);
                    }
                }
            }
            return sum;
        });
        FloatTensor wg = values("m.conv_gate.weight", 1, 2, 3, 3);
        FloatTensor bg = values("m.conv_gate.bias", 1);
        FloatTensor w1 = values("m.conv1d.weight", 2, 2, 3);
        FloatTensor b1 = values("m.conv1d.bias", 2);
        assertClose(actual, generate(y.shape(), at -> {
            double gate = bg.get(0);
            double motion = b1.get(at[1]);
            for (int c = 0; c < 2; c++) {
                for (int tap = 0; tap < 3; tap++) {
                    motion += w1.get(at[1], c, tap) * padded(y, at[0], c, at[2] - 2 + tap, at[3], at[4]);
                    for (int b = 0; b < 3; b++) {
                        gate += wg.get(0, c, tap, b) * padded(y, at[0], c, at[2], at[3] + tap - 1, at[4] + b - 1);
                    }
                }
            }
            return y.get(at) + motion / (1 + Math.exp(-gate));
        }));
    }

    /** An element of a clip, zero outside. */
    private static double padded(FloatTensor x, int... at) {
        for (int axis = 2; axis < 5; axis++) {
            if (at[axis] < 0 || at[axis] >= x.shape().size(axis)) {
                return 0;
            }
        }
        return x.get(at);
    }

    // --- transformer ---

    /** Keys and values of self-attention are frame 0's; only attention over time mixes the other frames. */
    @ParameterizedTest
    @CsvSource({"false, 2, 2", "true, 2, 0 1 2", "false, 1, 1", "false, 0, 0 1 2"})
    void transformer_frameChanged_changesThoseFramesThatLookAtIt(boolean overTime, int changedFrame, String affected) {
        FloatTensor clip = gaussian("clip", 1, 8, 3, 2, 2);
        FloatTensor changed = FloatTensor.generate(clip.shape(), index -> {
            boolean inFrame = index / 4 % 3 == changedFrame;
            return inFrame ? clip.valueAt(index) * (index % 5 - 2) : clip.valueAt(index);
        });
        VideoTransformer transformer = new VideoTransformer(4, 2, false, overTime, Target.CPU.portionBytes());
        FloatTensor before = transformer(transformer, clip);
        FloatTensor after = transformer(transformer, changed);

        for (int frame = 0; frame < 3; frame++) {
            double error = error(after.slice(2, frame, frame + 1), before.slice(2, frame, frame + 1));
            assertThat(error > 1e-4).as("frame %s", frame).isEqualTo(affected.contains("" + frame));
        }
    }

    /**
     * 2 clips of 3 frames of 4 pixels of 8 channels: a frame's largest tensor has 1 KiB, one of the 8 pixels over time
     * 384 bytes.
     */
    @ParameterizedTest
    @CsvSource({"1, 3, 8", "2048, 2, 2", "3071, 2, 2", "3072, 1, 1"})
    void transformer_inPortions_givesTheSameAndItsGradient(long bytes, int frames, int pixels) {
        FloatTensor clip = gaussian("clip", 2, 8, 3, 2, 2);
        Map<String, FloatTensor> whole = withGradient(clip, Target.CPU.portionBytes(), 1, 1);
        Map<String, FloatTensor> inPortions = withGradient(clip, bytes, frames, pixels);

        assertThat(error(inPortions.get("y"), whole.get("y"))).isLessThan(ROUNDING);
        assertThat(error(inPortions.get("gradient"), whole.get("gradient"))).isLessThan(ROUNDING);
    }

    private static Map<String, FloatTensor> withGradient(FloatTensor clip, long bytes, int frames, int pixels) {
        Graph graph = new Graph("transformer");
        FloatTensor context = gaussian("context", 2, 3, 5);
        Value x = input(graph, "x", clip);
        Value y = new VideoTransformer(4, 2, false, true, bytes)
                .apply(Scope.root(graph, PARAMETERS, ElementType.FLOAT), x, input(graph, "context", context));
        assertThat(graph.nodes().stream().filter(node -> node.operator().name().equals("MultiHeadAttention")))
                .as("two attentions for each portion of frames and one for each of pixels")
                .hasSize(2 * frames + pixels);
        Value loss = Reductions.sum(Elementwise.mul(y, y), 0, 1, 2, 3, 4);
        graph.output("y", y);
        graph.output("gradient", Gradients.of(loss, List.of(x)).get(x));
        GraphRun run = GraphRun.of(graph).with("x", clip).with("context", context);
        return Map.of("y", run.output("y"), "gradient", run.output("gradient"));
    }

    private static FloatTensor transformer(VideoTransformer transformer, FloatTensor clip) {
        Graph graph = new Graph("transformer");
        FloatTensor context = gaussian("context", 1, 3, 5);
        Scope scope = Scope.root(graph, PARAMETERS, ElementType.FLOAT);
        graph.output("y", transformer.apply(scope, input(graph, "x", clip), input(graph, "context", context)));
        return GraphRun.of(graph).with("x", clip).with("context", context).output("y");
    }

    // --- normalisation ---

    @Test
    void groupNorm_ofAClip_takesStatisticsOverAllItsFrames() {
        FloatTensor x = gaussian("x", 2, 6, 3, 2, 2);
        FloatTensor actual = run(x, (scope, value) -> Norms.groupNorm(scope.child("norm"), value, 3, 1e-3f));

        FloatTensor weight = values("norm.weight", 6);
        FloatTensor bias = values("norm.bias", 6);
        int group = 2 * 3 * 2 * 2;
        assertClose(actual, generate(x.shape(), at -> {
            int from = (at[0] * 3 + at[1] / 2) * group;
            double mean = 0;
            double square = 0;
            for (int index = from; index < from + group; index++) {
                mean += x.valueAt(index) / (double) group;
                square += x.valueAt(index) * (double) x.valueAt(index) / group;
            }
            double deviation = Math.sqrt(square - mean * mean + 1e-3);
            return (x.get(at) - mean) / deviation * weight.get(at[1]) + bias.get(at[1]);
        }));
    }

    @Test
    void layerNorm_isOverTheInnermostAxis() {
        FloatTensor x = gaussian("x", 2, 3, 5);
        FloatTensor actual = run(x, (scope, value) -> Norms.layerNorm(scope.child("norm"), value, 1e-2f));

        FloatTensor weight = values("norm.weight", 5);
        FloatTensor bias = values("norm.bias", 5);
        assertClose(actual, generate(x.shape(), at -> {
            double mean = 0;
            double square = 0;
            for (int c = 0; c < 5; c++) {
                double value = x.get(at[0], at[1], c);
                mean += value / 5;
                square += value * value / 5;
            }
            return (x.get(at) - mean) / Math.sqrt(square - mean * mean + 1e-2) * weight.get(at[2]) + bias.get(at[2]);
        }));
    }

    // --- linear maps ---

    @Test
    void linear_andPointwise_areTheSameMapOfTheInnermostAxis() {
        FloatTensor x = gaussian("x", 2, 3, 4);
        FloatTensor weight = values("map.weight", 5, 4);
        FloatTensor bias = values("map.bias", 5);
        FloatTensor expected = generate(Shape.of(2, 3, 5), at -> {
            double sum = bias.get(at[2]);
            for (int i = 0; i < 4; i++) {
                sum += (double) x.get(at[0], at[1], i) * weight.get(at[2], i);
            }
            return sum;
        });

        assertClose(run(x, (scope, value) -> Linear.linear(scope.child("map"), value, 5)), expected);
        assertClose(run(x, (scope, value) -> Linear.pointwise(scope.child("map"), value, 5)), expected);
    }

    // --- time embedding ---

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 0", "true, 1"})
    void timeEmbedding_isTheFormula(boolean cosineFirst, float shift) {
        Graph graph = new Graph("time");
        Value timesteps = graph.input("t", ElementType.INT64, Shape.of(3));
        Scope scope = Scope.root(graph, PARAMETERS, ElementType.FLOAT);
        graph.output("y", new TimeEmbedding(8, cosineFirst, shift).apply(scope.child("time"), timesteps));
        long[] steps = {0, 1, 961};
        FloatTensor actual = GraphRun.of(graph).with("t", steps).output("y");

        double[][] hidden = new double[3][32];
        FloatTensor w1 = values("time.linear_1.weight", 32, 8);
        FloatTensor b1 = values("time.linear_1.bias", 32);
        FloatTensor w2 = values("time.linear_2.weight", 32, 32);
        FloatTensor b2 = values("time.linear_2.bias", 32);
        for (int row = 0; row < 3; row++) {
            for (int o = 0; o < 32; o++) {
                double sum = b1.get(o);
                for (int i = 0; i < 8; i++) {
                    double angle = steps[row] * Math.exp(-Math.log(10_000) * (i % 4) / (4 - shift));
                    sum += w1.get(o, i) * (i < 4 == cosineFirst ? Math.cos(angle) : Math.sin(angle));
                }
                hidden[row][o] = sum / (1 + Math.exp(-sum));
            }
        }
        FloatTensor expected = generate(Shape.of(3, 32), at -> {
            double sum = b2.get(at[1]);
            for (int i = 0; i < 32; i++) {
                sum += w2.get(at[1], i) * hidden[at[0]][i];
            }
            return sum;
        });
        // angles near 1000 have 1e-4 of rounding in float32, as they have in the reference
        assertThat(error(actual, expected)).isLessThan(1e-4);
    }

    // --- upsampling ---

    /** PyTorch's nearest neighbour: the source of index i of n is floor(i · h / n). */
    @ParameterizedTest
    @CsvSource({"4, 3, 8, 6", "4, 3, 7, 5", "1, 4, 1, 8", "3, 1, 6, 1"})
    void upsampling_toTwiceOrOneLess_takesPyTorchsNearestNeighbours(
            int height, int width, int newHeight, int newWidth) {
        FloatTensor x = gaussian("x", 1, 2, 2, height, width);
        Shape size = Shape.of(1, 1, 1, newHeight, newWidth);
        Graph graph = new Graph("up");
        Value like = graph.input("like", ElementType.FLOAT, size);
        graph.output("y", Upsampling.toSizeOf(input(graph, "x", x), like));
        FloatTensor actual = GraphRun.of(graph)
                .with("x", x)
                .with("like", FloatTensor.zeros(size))
                .output("y");

        assertThat(actual.toArray())
                .isEqualTo(generate(
                                Shape.of(1, 2, 2, newHeight, newWidth),
                                at -> x.get(at[0], at[1], at[2], at[3] * height / newHeight, at[4] * width / newWidth))
                        .toArray());
    }

    // --- scopes ---

    @Test
    void scope_pathIsKeyAndNodeName() {
        Graph graph = new Graph("scope");
        RandomParameters parameters = RandomParameters.ofKeys();
        Scope scope = Scope.root(graph, parameters, ElementType.FLOAT16);
        Value x = graph.input("x", ElementType.FLOAT16, Shape.of(2, 3));

        Linear.linear(scope.child("down_blocks.0").child("proj"), x, 4);

        assertThat(parameters.declared()).containsOnlyKeys("down_blocks.0.proj.weight", "down_blocks.0.proj.bias");
        assertThat(graph.weights()).extracting(Value::elementType).containsOnly(ElementType.FLOAT);
        assertThat(graph.nodes()).isNotEmpty().allMatch(node -> node.name().startsWith("down_blocks.0.proj/"));
    }

    // --- tools ---

    /** The value of an element, by its place. */
    private interface Formula {
        double at(int... place);
    }

    private static FloatTensor generate(Shape shape, Formula formula) {
        return FloatTensor.generate(shape, index -> {
            int[] place = new int[shape.rank()];
            int rest = index;
            for (int axis = shape.rank() - 1; axis >= 0; axis--) {
                place[axis] = rest % shape.size(axis);
                rest /= shape.size(axis);
            }
            return (float) formula.at(place);
        });
    }

    private static FloatTensor run(FloatTensor x, BiFunction<Scope, Value, Value> layer) {
        Graph graph = new Graph("layer");
        graph.output("y", layer.apply(Scope.root(graph, PARAMETERS, ElementType.FLOAT), input(graph, "x", x)));
        return GraphRun.of(graph).with("x", x).output("y");
    }

    private static Value input(Graph graph, String name, FloatTensor value) {
        return graph.input(name, ElementType.FLOAT, value.shape());
    }

    private static FloatTensor values(String key, int... sizes) {
        return PARAMETERS.values(key, Shape.of(sizes));
    }

    private static FloatTensor gaussian(String name, int... sizes) {
        return RandomSource.stream(6, name, 0).gaussian(Shape.of(sizes));
    }

    private static void assertClose(FloatTensor actual, FloatTensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(error(actual, expected)).isLessThan(ROUNDING);
    }

    private static double error(FloatTensor actual, FloatTensor expected) {
        double error = 0;
        double norm = 0;
        for (int index = 0; index < expected.shape().elementCount(); index++) {
            error += Math.pow(actual.valueAt(index) - expected.valueAt(index), 2);
            norm += Math.pow(expected.valueAt(index), 2);
        }
        return Math.sqrt(error / norm);
    }
}
