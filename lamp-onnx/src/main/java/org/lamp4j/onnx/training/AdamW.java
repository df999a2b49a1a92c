package org.lamp4j.onnx.training;

import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.div;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sqrt;
import static org.lamp4j.onnx.op.Elementwise.sub;

import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.motion.MotionWeights.Parameter;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.runtime.TensorMemory;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.tensor.Shape;

/**
 * AdamW with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2):
 *
 * <pre>
 *   m ← β₁ m + (1 - β₁) g
 *   v ← β₂ v + (1 - β₂) g²
 *   θ ← (1 - η λ) θ - η/(1 - β₁ᵗ) · m / (√v/√(1 - β₂ᵗ) + ε)
 * </pre>
 *
 * <p>A graph on a device's own memory, an {@link AdamWLoop} on the host's; both give the same bits.
 */
final class AdamW implements AutoCloseable {

    private final NativeScope natives = new NativeScope();
    private final ParameterBuffers firstMoments;
    private final ParameterBuffers secondMoments;
    private final Optional<DeviceRule> deviceRule;
    private int updateCount;

    /**
     * The numbers of one update.
     *
     * @param gradientScale what gradients are multiplied by
     * @param beta1 β₁
     * @param beta2 β₂
     * @param rest1 1 - β₁
     * @param rest2 1 - β₂
     * @param decay 1 - η λ
     * @param rate η/(1 - β₁ᵗ)
     * @param rootScale 1/√(1 - β₂ᵗ)
     * @param epsilon ε
     */
    record Numbers(
            float gradientScale,
            float beta1,
            float beta2,
            float rest1,
            float rest2,
            float decay,
            float rate,
            float rootScale,
            float epsilon) {

        static Numbers of(float gradientScale, Update update, int updateCount) {
            return new Numbers(
                    gradientScale,
                    update.beta1(),
                    update.beta2(),
                    (float) (1 - (double) update.beta1()),
                    (float) (1 - (double) update.beta2()),
                    (float) (1 - (double) update.learningRate() * update.weightDecay()),
                    (float) (update.learningRate() / (1 - Math.pow(update.beta1(), updateCount))),
                    (float) (1 / Math.sqrt(1 - Math.pow(update.beta2(), updateCount))),
                    update.epsilon());
        }
    }

    /** The update as a graph, with its numbers as inputs in the device's memory. */
    private static final class DeviceRule {

        private static final List<String> NUMBERS =
                List.of("gradientScale", "beta1", "beta2", "rest1", "rest2", "decay", "rate", "rootScale", "epsilon");

        private final ParameterBuffers numbers;
        private final BlockwiseGraph graph;

        DeviceRule(TensorMemory memory, NativeScope owner) {
            Map<String, Shape> scalars = new LinkedHashMap<>();
            NUMBERS.forEach(name -> scalars.put(name, Shape.of()));
            numbers = new ParameterBuffers(new ParameterLayout(scalars, memory.alignment()), memory, owner);
            graph = owner.own(new BlockwiseGraph(AdamW::graph, memory));
        }

        void update(Map<String, ParameterBuffers> buffers, Numbers values) {
            numbers.set(MotionWeights.of(List.of(
                    number("gradientScale", values.gradientScale),
                    number("beta1", values.beta1),
                    number("beta2", values.beta2),
                    number("rest1", values.rest1),
                    number("rest2", values.rest2),
                    number("decay", values.decay),
                    number("rate", values.rate),
                    number("rootScale", values.rootScale),
                    number("epsilon", values.epsilon))));
            graph.eachBlock(buffers, (session, blocks) -> {
                Map<String, NativeTensor> all = new HashMap<>(numbers.tensors());
                all.putAll(blocks);
                session.run(all, Map.of("theta'", blocks.get("theta"), "m'", blocks.get("m"), "v'", blocks.get("v")));
            });
        }

        private static Parameter number(String name, float value) {
            return new Parameter(name, Shape.of(), FloatBuffer.wrap(new float[] {value}));
        }
    }

    /**
     * Makes an optimiser that has made no update.
     *
     * @param layout the parameters
     * @param memory where parameters, gradients and moments lie
     */
    AdamW(ParameterLayout layout, TensorMemory memory) {
        try {
            firstMoments = new ParameterBuffers(layout, memory, natives);
            secondMoments = new ParameterBuffers(layout, memory, natives);
            deviceRule = memory.isHost() ? Optional.empty() : Optional.of(new DeviceRule(memory, natives));
        } catch (RuntimeException | Error e) {
            natives.closeAfter(e);
            throw e;
        }
    }

    ParameterBuffers firstMoments() {
        return firstMoments;
    }

    ParameterBuffers secondMoments() {
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
    void update(ParameterBuffers parameters, ParameterBuffers gradients, float gradientScale, Update update) {
        updateCount++;
        Numbers numbers = Numbers.of(gradientScale, update, updateCount);
        if (deviceRule.isEmpty()) {
            new AdamWLoop(numbers)
                    .update(parameters.values(), gradients.values(), firstMoments.values(), secondMoments.values());
            return;
        }
        deviceRule
                .get()
                .update(Map.of("theta", parameters, "g", gradients, "m", firstMoments, "v", secondMoments), numbers);
    }

    /**
     * Each output is written over the input of its name: every old value is read, by the first product it enters,
     * before the new one is written.
     */
    private static Graph graph(int size) {
        Graph graph = new Graph("AdamW over " + size);
        Map<String, Value> inputs = new HashMap<>();
        List.of("theta", "g", "m", "v").forEach(name -> inputs.put(name, BlockwiseGraph.block(graph, name, size)));
        DeviceRule.NUMBERS.forEach(name -> inputs.put(name, graph.input(name, ElementType.FLOAT, Shape.of())));
        Function<String, Value> in = name -> Objects.requireNonNull(inputs.get(name));
        Value g = mul(in.apply("g"), in.apply("gradientScale"));
        Value m = add(mul(in.apply("m"), in.apply("beta1")), mul(g, in.apply("rest1")));
        Value v = add(mul(in.apply("v"), in.apply("beta2")), mul(mul(g, g), in.apply("rest2")));
        Value deviation = add(mul(sqrt(v), in.apply("rootScale")), in.apply("epsilon"));
        Value step = div(mul(m, in.apply("rate")), deviation);
        graph.output("theta'", sub(mul(in.apply("theta"), in.apply("decay")), step));
        graph.output("m'", m);
        graph.output("v'", v);
        return graph;
    }

    @Override
    public void close() {
        natives.close();
    }
}
