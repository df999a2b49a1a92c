package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lamp4j.onnx.op.Convolution.conv2d;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Reductions.sum;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Casting;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.onnx.op.Layout;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

class FlippedKernelsTest {

    private static final Shape IMAGE = Shape.of(2, 3, 4, 5);
    private static final Shape SCALE = Shape.of(1, 3, 1, 1);
    private static final Set<String> TRAINED = Set.of("scale", "kernel");

    /** A trained scale, a frozen convolution, and a trained one that the gradient of the scale goes through, too. */
    private static Graph step() {
        Graph graph = new Graph("step");
        Value scaled =
                mul(graph.input("image", ElementType.FLOAT, IMAGE), graph.input("scale", ElementType.FLOAT, SCALE));
        Value frozen = graph.weight(
                "frozen", new TensorType(ElementType.FLOAT, Shape.of(4, 3, 3, 3)), random("frozen", 4 * 3 * 3 * 3));
        Value kernel = graph.input("kernel", ElementType.FLOAT, Shape.of(2, 4, 3, 1));
        Value result = conv2d(conv2d(scaled, frozen, Window.padded(1)), kernel, new Window(1, 1, 0, 1, 0));
        Value loss = Layout.reshape(sum(mul(result, result), 0, 1, 2, 3), Shape.of());
        StepGraph.addLoss(loss, TRAINED);
        return graph;
    }

    private static ByteBuffer random(String name, int count) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer()
                .put(RandomSource.stream(1, name, 0).gaussian(Shape.of(count)).values());
        return bytes;
    }

    private static Map<String, float[]> gradients(Graph graph) {
        Map<String, NativeTensor> given = new HashMap<>();
        Map<String, NativeTensor> gradients = new HashMap<>();
        try (TrainingStep step = TrainingStep.whole(graph, ComputeDevice.cpu().mapped())) {
            graph.inputs().forEach(input -> {
                Shape shape = input.shape();
                given.put(
                        input.name(),
                        NativeTensor.copyOf(
                                RandomSource.stream(2, input.name(), 0).gaussian(shape)));
                if (TRAINED.contains(input.name())) {
                    gradients.put(input.name(), NativeTensor.allocate(input.type()));
                }
            });
            step.run(given, gradients);
            Map<String, float[]> found = new HashMap<>();
            gradients.forEach(
                    (name, tensor) -> found.put(name, tensor.toFloatTensor().toArray()));
            return found;
        } finally {
            given.values().forEach(NativeTensor::close);
            gradients.values().forEach(NativeTensor::close);
        }
    }

    @Test
    void computedIn_frozenKernel_isFlippedOnceAndGradientsStayTheSame() {
        Graph step = step();

        Graph computed = FlippedKernels.computedIn(step);

        assertThat(computed.weights())
                .extracting(weight -> weight.shape().toString())
                .containsExactlyInAnyOrder("[4, 3, 3, 3]", "[3, 4, 3, 3]");
        assertThat(nodes(computed, "Transpose")).isLessThan(nodes(step, "Transpose"));
        assertThat(FlippedKernels.byteCount(step)).isEqualTo(4 * 3 * 3 * 3 * Float.BYTES);
        assertThat(FlippedKernels.byteCount(computed)).isZero();
        Map<String, float[]> expected = gradients(step);
        gradients(computed)
                .forEach((name, gradient) -> assertThat(gradient).as(name).containsExactly(expected.get(name)));
    }

    private static long nodes(Graph graph, String operator) {
        return graph.nodes().stream()
                .filter(node -> node.operator().name().equals(operator))
                .count();
    }

    @Test
    void computedIn_nothingFrozen_isTheGraphItself() {
        Graph graph = new Graph("step");
        Value x = graph.input("x", ElementType.FLOAT, Shape.of(2));
        StepGraph.addLoss(Layout.reshape(sum(mul(x, x), 0), Shape.of()), Set.of("x"));

        assertThat(FlippedKernels.computedIn(graph)).isSameAs(graph);
    }

    @Test
    void computedIn_kernelsOfHalfPrecision_areLeftToTheStep() {
        Graph graph = new Graph("step");
        Value image = Casting.cast(graph.input("image", ElementType.FLOAT, IMAGE), ElementType.FLOAT16);
        Value kernel = graph.weight(
                "frozen", new TensorType(ElementType.FLOAT16, Shape.of(4, 3, 1, 1)), ByteBuffer.allocateDirect(24));
        Value result = Casting.cast(conv2d(image, kernel, Window.padded(0)), ElementType.FLOAT);
        StepGraph.addLoss(Layout.reshape(sum(result, 0, 1, 2, 3), Shape.of()), Set.of("image"));

        assertThat(FlippedKernels.byteCount(graph)).isZero();
        assertThat(FlippedKernels.computedIn(graph)).isSameAs(graph);
    }

    @Test
    void computedIn_flippedKernel_hasEachElementInItsMirroredPlace() {
        Graph step = step();
        FloatBuffer frozen = step.weights()
                .get(0)
                .data()
                .orElseThrow()
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();

        Value flipped = FlippedKernels.computedIn(step).weights().stream()
                .filter(weight -> weight.shape().equals(Shape.of(3, 4, 3, 3)))
                .findFirst()
                .orElseThrow();

        FloatBuffer found =
                flipped.data().orElseThrow().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        for (int output = 0; output < 4; output++) {
            for (int input = 0; input < 3; input++) {
                for (int tap = 0; tap < 9; tap++) {
                    assertThat(found.get((input * 4 + output) * 9 + 8 - tap))
                            .isEqualTo(frozen.get((output * 3 + input) * 9 + tap));
                }
            }
        }
    }
}
