package org.lamp4j.examples.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.FlopCount;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.onnx.op.MatrixProducts;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * The most this machine gives: through ONNX Runtime in float32, measured on one large convolution and one large matrix
 * product with constant weights, and of its memory, measured by a copy. A network cannot run faster than its
 * convolutions and products would at these rates.
 *
 * @param convolution floating-point operations a second of a 3×3 convolution of 320 channels to 320, on 8 frames of
 *     40×64
 * @param matrixProduct the same of a matrix of 4096×1280 times one of 1280×1280
 * @param memory bytes read and written a second by a copy of 256 MiB, by as many threads as there are CPUs
 */
record Ceilings(double convolution, double matrixProduct, double memory) {

    private static final Shape IMAGES = Shape.of(8, 320, 40, 64);
    private static final Shape KERNEL = Shape.of(320, 320, 3, 3);
    private static final Shape LEFT = Shape.of(4096, 1280);
    private static final Shape RIGHT = Shape.of(1280, 1280);
    private static final int COPIED_ELEMENTS = 1 << 26;
    private static final int WARM_UP_ROUNDS = 2;
    private static final int ROUNDS = 9;

    static Ceilings measure(ComputeDevice device) {
        return new Ceilings(
                rate(device, IMAGES, x -> Convolution.conv2d(x, constant(x.graph(), KERNEL), Window.padded(1))),
                rate(device, LEFT, x -> MatrixProducts.matMul(x, constant(x.graph(), RIGHT))),
                copyRate());
    }

    private static double copyRate() {
        FloatBuffer source = ByteBuffer.allocateDirect(COPIED_ELEMENTS * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        FloatBuffer target = ByteBuffer.allocateDirect(COPIED_ELEMENTS * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        int threads = Runtime.getRuntime().availableProcessors();
        int part = COPIED_ELEMENTS / threads;
        Series series = new Series(WARM_UP_ROUNDS);
        for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
            series.time(() -> {
                IntStream.range(0, threads)
                        .parallel()
                        .forEach(thread -> target.slice(thread * part, part).put(source.slice(thread * part, part)));
                return target;
            });
        }
        return 2.0 * threads * part * Float.BYTES / series.median();
    }

    private static Value constant(Graph graph, Shape shape) {
        return graph.constant(
                shape, RandomSource.stream(0, "weights", 0).gaussian(shape).toArray());
    }

    private static double rate(ComputeDevice device, Shape input, Function<Value, Value> function) {
        Graph graph = new Graph("ceiling");
        graph.output("y", function.apply(graph.input("x", ElementType.FLOAT, input)));
        Series series = new Series(WARM_UP_ROUNDS);
        try (OnnxSession session = OnnxSession.load(graph, device);
                NativeTensor x =
                        NativeTensor.copyOf(RandomSource.stream(0, "input", 0).gaussian(input));
                NativeTensor y = NativeTensor.allocate(session.outputType("y"))) {
            for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
                series.time(() -> {
                    session.run(Map.of("x", x), Map.of("y", y));
                    return y;
                });
            }
        }
        return FlopCount.of(graph).total() / series.median();
    }

    /** Returns how long the convolutions and matrix products of a network would take at these rates, in seconds. */
    double seconds(FlopCount count) {
        double seconds = 0;
        for (Map.Entry<String, Long> operator : count.byOperator().entrySet()) {
            switch (operator.getKey()) {
                case "Conv", "ConvTranspose" -> seconds += operator.getValue() / convolution;
                // attention is two products; its softmax is a small part of what is counted for it
                case "MatMul", "com.microsoft.MultiHeadAttention" -> seconds += operator.getValue() / matrixProduct;
                default -> {
                    // the rest is bound by memory: it has no such ceiling
                }
            }
        }
        return seconds;
    }

    /** Returns how long reading and writing so many bytes takes at the rate of a copy, in seconds. */
    double secondsToMove(long bytes) {
        return bytes / memory;
    }
}
