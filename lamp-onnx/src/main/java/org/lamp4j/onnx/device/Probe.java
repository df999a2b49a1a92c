package org.lamp4j.onnx.device;

import java.util.Map;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Casting;
import org.lamp4j.onnx.op.Convolution;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.onnx.op.Layout;
import org.lamp4j.onnx.op.MatrixProducts;
import org.lamp4j.onnx.op.Normalization;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * A small graph that needs each of a GPU's libraries: a convolution (cuDNN), a matrix product (cuBLAS) and a softmax (a
 * kernel of the provider's own).
 */
final class Probe {

    private static final Shape IMAGE = Shape.of(1, 8, 8, 8);
    private static final Shape KERNEL = Shape.of(8, 8, 3, 3);
    private static final Shape MATRIX = Shape.of(8, 64);

    private Probe() {}

    /**
     * Runs the graph in the precision of a device.
     *
     * @param device where to run it
     * @return what the softmax gives, rows whose sum is 1
     * @throws IllegalStateException if it does not run; the message holds ONNX Runtime's reason
     */
    static FloatTensor run(ComputeDevice device) {
        try (OnnxSession session = OnnxSession.load(graph(device.elementType()), device);
                NativeTensor image =
                        NativeTensor.copyOf(RandomSource.stream(0, "probe", 0).gaussian(IMAGE));
                NativeTensor attention = session.run(Map.of("image", image), "attention")) {
            return attention.toFloatTensor();
        }
    }

    private static Graph graph(ElementType type) {
        Graph graph = new Graph("probe");
        Value image = Casting.cast(graph.input("image", ElementType.FLOAT, IMAGE), type);
        float[] numbers = RandomSource.stream(0, "probe", 1).gaussian(KERNEL).toArray();
        Value kernel = Casting.cast(graph.constant(KERNEL, numbers), type);
        Value matrix = Layout.reshape(Convolution.conv2d(image, kernel, Window.padded(1)), MATRIX);
        Value attention = Normalization.softmax(MatrixProducts.matMul(matrix, Layout.transpose(matrix, 1, 0)));
        graph.output("attention", Casting.cast(attention, ElementType.FLOAT));
        return graph;
    }
}
