package org.lamp4j.onnx.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.lamp4j.onnx.op.Convolution.conv2d;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.onnx.autodiff.Gradients;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.tensor.Shape;

class ConvolutionTest {

    private static final Shape KERNEL = Shape.of(4, 3, 3, 3);

    /** CUDA's provider leaves others to the CPU, and copies their tensors there and back. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gradientOnAGpu_moreZerosAfterThanBefore_transposesWithEqualZeros(boolean kernelIsFixed) {
        Graph graph = new Graph("convolution", Target.GPU);
        Value x = graph.input("x", ElementType.FLOAT, Shape.of(2, 6, 6, 3));
        Value kernel = kernelIsFixed
                ? graph.constant(KERNEL, new float[(int) KERNEL.elementCount()])
                : graph.input("kernel", ElementType.FLOAT, KERNEL);
        Value y = conv2d(x, kernel, new Window(2, 0, 0, 1, 1));

        Gradients.of(y, graph.input("seed", ElementType.FLOAT, y.shape()), List.of(x));

        List<Node> transposing = graph.nodes().stream()
                .filter(node -> node.operator() == Convolution.CONV_TRANSPOSE)
                .toList();
        assertThat(transposing)
                .singleElement()
                .satisfies(node -> assertThat(node.intsAttribute("pads")).containsExactly(0, 0, 0, 0));
    }
}
