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
 * AdamW with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2), as a graph:
 *
 * <pre>
 *   m ← β₁ m + (1 - β₁) g
 *   v ← β₂ v + (1 - β₂) g²
 *   θ ← (1 - η λ) θ - η/(1 - β₁ᵗ) · m / (√v/√(1 - β₂ᵗ) + ε)
 * </pre>
 */
final class AdamW implements AutoCloseable {

    private static final List<String> NUMBERS =
            List.of("gradientScale", "beta1", "beta2", "rest1", "rest2", "decay", "rate", "rootScale", "epsilon");

    private final NativeScope natives = new NativeScope();
    private final ParameterBuffers firstMoments;
    private final ParameterBuffers secondMoments;
    private final ParameterBuffers numbers;
    private final BlockwiseGraph rule;
    private int updateCount;

    /**
     * Makes an optimiser that has made no update.
     *
     * @param layout the parameters
     * @param memory where parameters, gradients and moments lie
     */
    AdamW(ParameterLayout layout, TensorMemory memory) {
        Map<String, Shape> scalars = new LinkedHashMap<>();
        NUMBERS.forEach(name -> scalars.put(name, Shape.of()));
        try {
            firstMoments = new ParameterBuffers(layout, memory, natives);
            secondMoments = new ParameterBuffers(layout, memory, natives);
            numbers = new ParameterBuffers(new ParameterLayout(scalars, memory.alignment()), memory, natives);
            rule = natives.own(new BlockwiseGraph(AdamW::graph, memory));
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
        double correction1 = 1 - Math.pow(update.beta1(), updateCount);
        double correction2 = 1 - Math.pow(update.beta2(), updateCount);
        numbers.set(MotionWeights.of(List.of(
                number("gradientScale", gradientScale),
                number("beta1", update.beta1()),
                number("beta2", update.beta2()),
                number("rest1", (float) (1 - (double) update.beta1())),
                number("rest2", (float) (1 - (double) update.beta2())),
                number("decay", (float) (1 - (double) update.learningRate() * update.weightDecay())),
                number("rate", (float) (update.learningRate() / correction1)),
                number("rootScale", (float) (1 / Math.sqrt(correction2))),
                number("epsilon", update.epsilon()))));
        Map<String, ParameterBuffers> buffers =
                Map.of("theta", parameters, "g", gradients, "m", firstMoments, "v", secondMoments);
        rule.eachBlock(buffers, (session, blocks) -> {
            Map<String, NativeTensor> all = new HashMap<>(numbers.tensors());
            all.putAll(blocks);
            session.run(all, Map.of("theta'", blocks.get("theta"), "m'", blocks.get("m"), "v'", blocks.get("v")));
        });
    }

    private static Parameter number(String name, float value) {
        return new Parameter(name, Shape.of(), FloatBuffer.wrap(new float[] {value}));
    }

    /**
     * Each output is written over the input of its name: every old value is read, by the first product it enters,
     * before the new one is written.
     */
    private static Graph graph(int size) {
        Graph graph = new Graph("AdamW over " + size);
        Map<String, Value> inputs = new HashMap<>();
        List.of("theta", "g", "m", "v").forEach(name -> inputs.put(name, BlockwiseGraph.block(graph, name, size)));
        NUMBERS.forEach(name -> inputs.put(name, graph.input(name, ElementType.FLOAT, Shape.of())));
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
