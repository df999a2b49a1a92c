package org.lamp4j.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Convolution.conv2d;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.MatrixProducts.matMul;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.tensor.Shape;

class DeviceMemoryTest {

    private static final int SIZE = 100;
    private static final Shape SQUARE = Shape.of(SIZE, SIZE);
    private static final long FLOATS = 4L * SIZE * SIZE;

    private final Graph graph = new Graph("test", Target.GPU);
    private final Value input = graph.input("x", ElementType.FLOAT, SQUARE);

    private Value weight(ElementType type) {
        TensorType square = new TensorType(type, SQUARE);
        return graph.weight("w", square, ByteBuffer.allocateDirect((int) square.byteSize()));
    }

    @Test
    void of_weightThatIsTransposed_isThereOnceAndItsTransposeWhileNeeded() {
        graph.output("y", matMul(input, transpose(weight(ElementType.FLOAT), 1, 0)));

        assertThat(DeviceMemory.convertsWeights(graph)).isFalse();
        assertThat(DeviceMemory.of(graph, false)).isEqualTo(FLOATS + FLOATS + 2 * FLOATS); // w, x, wᵀ and y
    }

    @Test
    void of_weightThatIsNarrowed_isThereInItsHalfOnly() {
        Value half = cast(weight(ElementType.FLOAT), ElementType.FLOAT16);
        graph.output("y", mul(cast(input, ElementType.FLOAT16), half));

        assertThat(DeviceMemory.convertsWeights(graph)).isTrue();
        assertThat(DeviceMemory.of(graph, false))
                .isEqualTo(FLOATS / 2 + FLOATS + FLOATS); // half, x, and two of half size
    }

    @Test
    void convertsWeights_halfThatIsWidened_isFalse() {
        graph.output("y", mul(input, cast(weight(ElementType.FLOAT16), ElementType.FLOAT)));

        assertThat(DeviceMemory.convertsWeights(graph)).isFalse();
    }

    /** A plan keeps the buffer of the first tensor for none other; the pool has it for the next, of another shape. */
    @Test
    void of_tensorsOfOneSizeAndTwoShapes_shareMemoryOnlyIfItIsFreeAtOnce() {
        Value first = mul(input, input);
        Value turned = transpose(matMul(first, input), 1, 0);
        graph.output("y", mul(turned, turned));

        assertThat(DeviceMemory.of(graph, true)).isLessThanOrEqualTo(DeviceMemory.of(graph, false) * 6 / 5);
        assertThat(DeviceMemory.of(graph, true)).isEqualTo(FLOATS + (long) (1.2 * 2 * aligned()));
    }

    /** It is put into the operator's order when a session is opened, and only so copied to the device. */
    @Test
    void of_kernelThatHasToBeFixed_isThereInTheOrderOfItsOperatorOnly() {
        TensorType kernel = new TensorType(ElementType.FLOAT, Shape.of(SIZE, SIZE, 3, 3));
        Value weight = graph.weight("kernel", kernel, ByteBuffer.allocateDirect((int) kernel.byteSize()));
        Value images = graph.input("images", ElementType.FLOAT, Shape.of(1, 10, 10, SIZE));
        graph.output("y", conv2d(images, weight, Window.padded(1)));

        long zeros = 4L * SIZE; // in place of a bias
        assertThat(DeviceMemory.of(graph, false))
                .isEqualTo(kernel.byteSize() + zeros + 3 * FLOATS); // and x, images and y
    }

    private static long aligned() {
        return (FLOATS + 255) / 256 * 256;
    }
}
