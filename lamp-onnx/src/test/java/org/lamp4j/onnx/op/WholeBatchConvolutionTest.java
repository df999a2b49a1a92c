package org.lamp4j.onnx.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.onnx.runtime.GraphRun;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

class WholeBatchConvolutionTest {

    /** Sums of some hundred products of float32 near 1, in another order. */
    private static final float ROUNDING = 1e-4f;

    private final Graph graph = new Graph("convolution", Target.CPU);

    private Value x(int... sizes) {
        return graph.input("x" + graph.inputs().size(), ElementType.FLOAT, Shape.of(sizes));
    }

    @ParameterizedTest
    @CsvSource({
        "3, 3, 1, 1, 1, 1, 1",
        "3, 3, 2, 1, 1, 1, 1",
        "3, 3, 2, 0, 0, 1, 1",
        "3, 1, 1, 2, 0, 0, 0",
        "1, 1, 1, 0, 0, 0, 0",
        "2, 3, 1, 0, 2, 1, 0"
    })
    void of_anyWindow_isTheConvolution(
            int kernelHeight, int kernelWidth, int stride, int top, int left, int bottom, int right) {
        Window window = new Window(stride, top, left, bottom, right);
        Value image = x(3, 8, 5, 6);
        Value kernel = x(4, 8, kernelHeight, kernelWidth);
        graph.output("product", WholeBatchConvolution.of(image, kernel, window));
        graph.output("convolution", Convolution.conv2d(image, kernel, window));

        Map<String, FloatTensor> results =
                GraphRun.of(graph).withRandomInputs(1).outputs();

        float[] expected = results.get("convolution").toArray();
        float[] found = results.get("product").toArray();
        assertThat(found).hasSameSizeAs(expected);
        for (int index = 0; index < expected.length; index++) {
            assertThat(found[index]).isCloseTo(expected[index], within(ROUNDING));
        }
    }

    @ParameterizedTest
    @CsvSource({
        // images, channels, height, width, kernel height, kernel width
        "4, 1280, 4, 4, 3, 3, true",
        "8, 1280, 4, 6, 3, 3, true",
        "1, 1280, 4, 16, 3, 1, true",
        "1, 640, 4, 64, 3, 1, true",
        "16, 1280, 5, 8, 3, 3, false",
        "1, 640, 16, 160, 3, 1, false",
        "16, 96, 4, 4, 3, 3, false"
    })
    void pays_whereTheKernelOutweighsSmallImages(
            int images, int channels, int height, int width, int kernelHeight, int kernelWidth, boolean pays) {
        Window window = new Window(1, kernelHeight - 1, kernelWidth - 1, 0, 0);

        assertThat(WholeBatchConvolution.pays(
                        x(images, channels, height, width), x(channels, channels, kernelHeight, kernelWidth), window))
                .isEqualTo(pays);
    }

    @Test
    void conv2d_largeKernelAndSmallImages_isAProductWithItsBiasAdded() {
        Value y = Convolution.conv2d(x(4, 1280, 2, 2), x(1280, 1280, 3, 3), x(1280), Window.padded(1));

        assertThat(y.shape()).isEqualTo(Shape.of(4, 1280, 2, 2));
        assertThat(graph.nodes())
                .extracting(node -> node.operator().name())
                .contains("MatMul", "Add")
                .doesNotContain("Conv");
    }
}
