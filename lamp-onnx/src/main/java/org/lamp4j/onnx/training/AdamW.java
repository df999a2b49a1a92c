package org.lamp4j.onnx.training;

import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.div;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sqrt;
import static org.lamp4j.onnx.op.Elementwise.sub;
import static org.lamp4j.onnx.op.Reductions.sum;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.OnnxSession;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2), as a graph:
 *
 * <pre>
 *   m ← β₁ m + (1 - β₁) g
 *   v ← β₂ v + (1 - β₂) g²
 *   θ ← (1 - η λ) θ - η/(1 - β₁ᵗ) · m / (√v/√(1 - β₂ᵗ) + ε)
 * </pre>
 *
 * It runs over blocks small enough for a core's cache, in place, whatever parameters lie in them.
 */
final class AdamW implements AutoCloseable {

    /** Elements of one run: 1 MiB a buffer. */
    private static final int BLOCK_ELEMENTS = 1 << 18;

    private static final List<String> NUMBERS =
            List.of("gradientScale", "beta1", "beta2", "rest1", "rest2", "decay", "rate", "rootScale", "epsilon");

    private final List<FloatBuffer> firstMoments;
    private final List<FloatBuffer> secondMoments;
    private final Map<Integer, OnnxSession> updates = new HashMap<>();
    private final Map<Integer, OnnxSession> squares = new HashMap<>();
    private final Map<Integer, OnnxSession> sums = new HashMap<>();
    private final Map<Integer, OnnxSession> means = new HashMap<>();
    private int updateCount;

    AdamW(ParameterLayout layout) {
        firstMoments = layout.allocate();
        secondMoments = layout.allocate();
    }

    /** Returns the square root of the sum of squares of all elements. */
    double norm(List<FloatBuffer> buffers) {
        double[] total = new double[1];
        eachBlock(buffers, (buffer, from, size) -> {
            OnnxSession session = squares.computeIfAbsent(size, AdamW::squareGraph);
            try (NativeTensor x = block(buffers.get(buffer), from, size);
                    NativeTensor square = session.run(Map.of("x", x), "square")) {
                total[0] += square.floats().get(0);
            }
        });
        return Math.sqrt(total[0]);
    }

    /** Adds the second buffers to the first, in place. */
    void addTo(List<FloatBuffer> totals, List<FloatBuffer> added) {
        eachBlock(totals, (buffer, from, size) -> {
            OnnxSession session = sums.computeIfAbsent(size, AdamW::sumGraph);
            try (NativeTensor a = block(totals.get(buffer), from, size);
                    NativeTensor b = block(added.get(buffer), from, size)) {
                session.run(Map.of("a", a, "b", b), Map.of("sum", a));
            }
        });
    }

    /** Moves averages towards values, in place: {@code average ← decay · average + (1 - decay) · value}. */
    void average(List<FloatBuffer> averages, List<FloatBuffer> values, float decay) {
        try (NativeTensor weight = NativeTensor.copyOf(FloatTensor.of(Shape.of(), 1 - decay))) {
            eachBlock(averages, (buffer, from, size) -> {
                OnnxSession session = means.computeIfAbsent(size, AdamW::averageGraph);
                try (NativeTensor a = block(averages.get(buffer), from, size);
                        NativeTensor b = block(values.get(buffer), from, size)) {
                    session.run(Map.of("average", a, "value", b, "weight", weight), Map.of("average'", a));
                }
            });
        }
    }

    List<FloatBuffer> firstMoments() {
        return firstMoments;
    }

    List<FloatBuffer> secondMoments() {
        return secondMoments;
    }

    int updateCount() {
        return updateCount;
    }

    /** Goes on as after so many updates; the moments must be set as well. */
    void continueAfter(int updates) {
        updateCount = updates;
    }

    /** Updates parameters in place by {@code gradientScale · gradients}. */
    void update(List<FloatBuffer> parameters, List<FloatBuffer> gradients, float gradientScale, Update update) {
        updateCount++;
        double correction1 = 1 - Math.pow(update.beta1(), updateCount);
        double correction2 = 1 - Math.pow(update.beta2(), updateCount);
        float[] numbers = {
            gradientScale,
            update.beta1(),
            update.beta2(),
            (float) (1 - (double) update.beta1()),
            (float) (1 - (double) update.beta2()),
            (float) (1 - (double) update.learningRate() * update.weightDecay()),
            (float) (update.learningRate() / correction1),
            (float) (1 / Math.sqrt(correction2)),
            update.epsilon()
        };
        Map<String, NativeTensor> given = new HashMap<>();
        try {
            for (int index = 0; index < numbers.length; index++) {
                NativeTensor number = NativeTensor.allocate(new TensorType(ElementType.FLOAT, Shape.of()));
                given.put(NUMBERS.get(index), number);
                number.floats().put(numbers[index]);
            }
            eachBlock(parameters, (buffer, from, size) -> {
                OnnxSession session = updates.computeIfAbsent(size, AdamW::updateGraph);
                try (NativeTensor theta = block(parameters.get(buffer), from, size);
                        NativeTensor g = block(gradients.get(buffer), from, size);
                        NativeTensor m = block(firstMoments.get(buffer), from, size);
                        NativeTensor v = block(secondMoments.get(buffer), from, size)) {
                    Map<String, NativeTensor> all = new HashMap<>(given);
                    all.putAll(Map.of("theta", theta, "g", g, "m", m, "v", v));
                    session.run(all, Map.of("theta'", theta, "m'", m, "v'", v));
                }
            });
        } finally {
            given.values().forEach(NativeTensor::close);
        }
    }

    /**
     * Each output is written over the input of its name: every old value is read, by the first product it enters, before
     * the new one is written.
     */
    private static OnnxSession updateGraph(int size) {
        Graph graph = new Graph("AdamW over " + size);
        Map<String, Value> in = new HashMap<>();
        List.of("theta", "g", "m", "v").forEach(name -> in.put(name, vector(graph, name, size)));
        NUMBERS.forEach(name -> in.put(name, graph.input(name, ElementType.FLOAT, Shape.of())));
        Value g = mul(in.get("g"), in.get("gradientScale"));
        Value m = add(mul(in.get("m"), in.get("beta1")), mul(g, in.get("rest1")));
        Value v = add(mul(in.get("v"), in.get("beta2")), mul(mul(g, g), in.get("rest2")));
        Value deviation = add(mul(sqrt(v), in.get("rootScale")), in.get("epsilon"));
        Value step = div(mul(m, in.get("rate")), deviation);
        graph.output("theta'", sub(mul(in.get("theta"), in.get("decay")), step));
        graph.output("m'", m);
        graph.output("v'", v);
        return OnnxSession.load(graph, ComputeDevice.cpu());
    }

    private static OnnxSession squareGraph(int size) {
        Graph graph = new Graph("sum of squares of " + size);
        Value x = vector(graph, "x", size);
        graph.output("square", sum(mul(x, x), 0));
        return OnnxSession.load(graph, ComputeDevice.cpu());
    }

    private static OnnxSession sumGraph(int size) {
        Graph graph = new Graph("sum of " + size);
        graph.output("sum", add(vector(graph, "a", size), vector(graph, "b", size)));
        return OnnxSession.load(graph, ComputeDevice.cpu());
    }

    private static OnnxSession averageGraph(int size) {
        Graph graph = new Graph("running average of " + size);
        Value average = vector(graph, "average", size);
        Value way =
                mul(sub(vector(graph, "value", size), average), graph.input("weight", ElementType.FLOAT, Shape.of()));
        graph.output("average'", add(average, way));
        return OnnxSession.load(graph, ComputeDevice.cpu());
    }

    private static Value vector(Graph graph, String name, int size) {
        return graph.input(name, ElementType.FLOAT, Shape.of(size));
    }

    private static NativeTensor block(FloatBuffer buffer, int from, int size) {
        return NativeTensor.over(Shape.of(size), buffer.slice(from, size));
    }

    /** Does something with a range of one of several buffers. */
    @FunctionalInterface
    private interface BlockAction {
        void run(int buffer, int from, int size);
    }

    private static void eachBlock(List<FloatBuffer> buffers, BlockAction action) {
        for (int buffer = 0; buffer < buffers.size(); buffer++) {
            int end = buffers.get(buffer).capacity();
            for (int from = 0; from < end; from += BLOCK_ELEMENTS) {
                action.run(buffer, from, Math.min(BLOCK_ELEMENTS, end - from));
            }
        }
    }

    @Override
    public void close() {
        List.of(updates, squares, sums, means)
                .forEach(sessions -> sessions.values().forEach(OnnxSession::close));
    }
}
