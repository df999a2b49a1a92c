package org.lamp4j.examples.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lamp4j.onnx.autodiff.Gradients;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Subgraph;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Activations;
import org.lamp4j.onnx.op.Convolution;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.onnx.op.Layout;
import org.lamp4j.onnx.op.MatrixProducts;
import org.lamp4j.onnx.op.MultiHeadAttention;
import org.lamp4j.onnx.op.Normalization;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * An operator of a size that Stable Diffusion v1 has, or a gradient of one.
 *
 * @param name what it is
 * @param graph computes it; weights are inputs, as mapped ones are
 */
public record OperatorSample(String name, Graph graph) {

    private static final String RESULT = "result";
    private static final int HEADS = 8;
    private static final float EPSILON = 1e-5f;
    private static final Window CAUSAL = new Window(1, 2, 0, 0, 0);

    /**
     * Returns the operators that most of a training step's time goes to, each followed by its gradients.
     *
     * @return new graphs
     */
    public static List<OperatorSample> all() {
        List<OperatorSample> all = new ArrayList<>();
        add(
                all,
                "conv 3x3, 8 images of 40x64",
                2,
                OperatorSample::spatial,
                shape(8, 320, 40, 64),
                shape(320, 320, 3, 3));
        add(
                all,
                "conv 3x3, 4 images of 2x2",
                1,
                OperatorSample::spatial,
                shape(4, 1280, 2, 2),
                shape(1280, 1280, 3, 3));
        add(
                all,
                "conv over 4 frames of 4x4",
                2,
                OperatorSample::overTime,
                shape(1, 1280, 4, 16),
                shape(1280, 1280, 3, 1));
        add(all, "linear, 4096 tokens", 2, OperatorSample::linear, shape(4096, 1280), shape(1280, 1280));
        add(all, "attention, 2560 to 2560", 1, OperatorSample::attention, shape(1, 2560, 320), shape(1, 2560, 320));
        add(all, "LayerNorm, 2560 tokens", 1, OperatorSample::layerNorm, shape(2560, 320), shape(320));
        add(all, "SiLU, 8 images of 40x64", 1, x -> Activations.silu(x.get(0)), shape(8, 320, 40, 64));
        return all;
    }

    private static Shape shape(int... sizes) {
        return Shape.of(sizes);
    }

    private static Value spatial(List<Value> x) {
        return Convolution.conv2d(x.get(0), x.get(1), Window.padded(1));
    }

    private static Value overTime(List<Value> x) {
        return Convolution.conv2d(x.get(0), x.get(1), CAUSAL);
    }

    private static Value linear(List<Value> x) {
        return MatrixProducts.matMul(x.get(0), Layout.transposeLast(x.get(1)));
    }

    private static Value attention(List<Value> x) {
        return MultiHeadAttention.multiHeadAttention(x.get(0), x.get(1), x.get(1), HEADS);
    }

    private static Value layerNorm(List<Value> x) {
        return Normalization.layerNormalization(x.get(0), x.get(1), x.get(1), EPSILON);
    }

    private static void add(
            List<OperatorSample> all,
            String name,
            int differentiated,
            Function<List<Value>, Value> formula,
            Shape... inputs) {
        all.add(new OperatorSample(name, graph(formula, List.of(inputs), -1)));
        for (int input = 0; input < differentiated; input++) {
            all.add(new OperatorSample(
                    name + (input == 0 ? ", d/dx" : ", d/dW"), graph(formula, List.of(inputs), input)));
        }
    }

    private static Graph graph(Function<List<Value>, Value> formula, List<Shape> shapes, int differentiated) {
        Graph graph = new Graph("sample", Target.CPU);
        List<Value> inputs = new ArrayList<>();
        shapes.forEach(shape -> inputs.add(graph.input("input" + inputs.size(), ElementType.FLOAT, shape)));
        Value result = formula.apply(inputs);
        if (differentiated >= 0) {
            Value seed = graph.input("seed", ElementType.FLOAT, result.shape());
            Value by = inputs.get(differentiated);
            result = Gradients.of(result, seed, List.of(by)).values().iterator().next();
        }
        return Subgraph.of("sample", Map.of(RESULT, result), value -> false);
    }

    /**
     * Opens it.
     *
     * @return what runs it; the caller closes it
     */
    public Run open() {
        return new Run(graph);
    }

    /** An open operator with its inputs. Not safe for several threads. */
    public static final class Run implements AutoCloseable {

        private final NativeScope natives = new NativeScope();
        private final OnnxSession session;
        private final Map<String, NativeTensor> given = new HashMap<>();
        private final NativeTensor result;

        private Run(Graph graph) {
            try {
                session =
                        natives.own(OnnxSession.load(graph, ComputeDevice.cpu().mapped()));
                graph.inputs()
                        .forEach(input -> given.put(
                                input.name(),
                                natives.own(NativeTensor.copyOf(
                                        RandomSource.stream(0, input.name(), 0).gaussian(input.shape())))));
                result = natives.own(NativeTensor.allocate(session.outputType(RESULT)));
            } catch (RuntimeException | Error e) {
                natives.closeAfter(e);
                throw e;
            }
        }

        /** Computes it once. */
        public void once() {
            session.run(given, Map.of(RESULT, result));
        }

        @Override
        public void close() {
            natives.close();
        }
    }
}
