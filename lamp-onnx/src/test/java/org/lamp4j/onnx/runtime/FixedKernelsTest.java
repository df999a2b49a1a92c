package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lamp4j.onnx.autodiff.Gradients;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Casting;
import org.lamp4j.onnx.op.Convolution;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.onnx.op.Elementwise;
import org.lamp4j.onnx.op.Layout;
import org.lamp4j.onnx.op.StandardOperators;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class FixedKernelsTest {

    private static final Shape KERNEL = Shape.of(70, 5, 3, 2);

    /** How a kernel comes from a weight. */
    private record Way(String name, ElementType type, UnaryOperator<Value> way) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Way> ways() {
        return List.of(
                new Way("as it is", ElementType.FLOAT, weight -> weight),
                new Way("in halves", ElementType.FLOAT16, weight -> Casting.cast(weight, ElementType.FLOAT)),
                new Way("as a sum", ElementType.FLOAT, weight -> Elementwise.add(weight, Elementwise.mul(weight, 3))),
                new Way(
                        "of two axes",
                        ElementType.FLOAT,
                        weight -> Layout.reshape(Layout.reshape(weight, 70, 30), KERNEL)),
                new Way(
                        "turned where no view can be",
                        ElementType.FLOAT,
                        weight ->
                                Layout.reshape(Layout.transpose(Layout.reshape(weight, 3, 70, 10), 1, 0, 2), KERNEL)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void computedIn_forwardAndBackward_areWhatTheGraphComputes(Way way) {
        Graph graph = graph(way);

        Graph fixed = FixedKernels.computedIn(graph);

        assertThat(convolutions(fixed))
                .hasSize(2)
                .allSatisfy(node -> assertThat(node.input(1).isWeight()).isTrue());
        assertThat(run(fixed)).isEqualTo(run(graph));
    }

    @Test
    void computedIn_noSuchConvolution_isTheGraph() {
        Graph graph = new Graph("none", Target.CPU);
        graph.output("y", Elementwise.negate(graph.input("x", ElementType.FLOAT, Shape.of(2))));

        assertThat(FixedKernels.computedIn(graph)).isSameAs(graph);
    }

    private static List<Node> convolutions(Graph graph) {
        return graph.nodes().stream()
                .filter(node -> node.operator().name().equals("NhwcConv"))
                .toList();
    }

    private static Graph graph(Way way) {
        Graph graph = new Graph("convolution", Target.GPU);
        TensorType type = new TensorType(way.type, KERNEL);
        ByteBuffer data =
                ByteBuffer.allocateDirect(Math.toIntExact(type.byteSize())).order(ByteOrder.LITTLE_ENDIAN);
        IntStream.range(0, Math.toIntExact(KERNEL.elementCount())).forEach(index -> {
            if (way.type == ElementType.FLOAT) {
                data.putFloat(index);
            } else {
                data.putShort((short) index);
            }
        });
        Value y = convolved(graph, way.way.apply(graph.weight("kernel", type, data.flip())));
        graph.output("y", y);
        Value x = graph.inputs().get(0);
        Value seed = graph.input("seed", ElementType.FLOAT, y.shape());
        graph.output("dX", Gradients.of(y, seed, List.of(x)).get(x));
        return graph;
    }

    private static Value convolved(Graph graph, Value kernel) {
        Value x = graph.inputs().isEmpty()
                ? graph.input("x", ElementType.FLOAT, Shape.of(2, 4, 6, 5))
                : graph.inputs().get(0);
        return Convolution.conv2d(x, kernel, Window.padded(1));
    }

    private static List<FloatTensor> run(Graph graph) {
        return GraphRun.of(StandardOperators.of(graph)).withRandomInputs(1).outputs(List.of("y", "dX"));
    }
}
