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
import org.lamp4j.tensor.Shape;

/** An update of {@link AdamW} as a graph over a device's memory, with its numbers as inputs that lie there, too. */
final class AdamWGraph implements AdamW.Rule {

    private static final List<String> NUMBERS =
            List.of("gradientScale", "beta1", "beta2", "rest1", "rest2", "decay", "rate", "rootScale", "epsilon");

    private final ParameterBuffers numbers;
    private final BlockwiseGraph graph;

    /**
     * Makes the rule.
     *
     * @param memory where parameters, gradients and moments lie
     * @param owner closes its tensors and sessions
     */
    AdamWGraph(TensorMemory memory, NativeScope owner) {
        Map<String, Shape> scalars = new LinkedHashMap<>();
        NUMBERS.forEach(name -> scalars.put(name, Shape.of()));
        numbers = new ParameterBuffers(new ParameterLayout(scalars, memory.alignment()), memory, owner);
        graph = owner.own(new BlockwiseGraph(AdamWGraph::graph, memory));
    }

    @Override
    public void update(
            ParameterBuffers parameters,
            ParameterBuffers gradients,
            ParameterBuffers firstMoments,
            ParameterBuffers secondMoments,
            AdamW.Numbers values) {
        numbers.set(MotionWeights.of(List.of(
                number("gradientScale", values.gradientScale()),
                number("beta1", values.beta1()),
                number("beta2", values.beta2()),
                number("rest1", values.rest1()),
                number("rest2", values.rest2()),
                number("decay", values.decay()),
                number("rate", values.rate()),
                number("rootScale", values.rootScale()),
                number("epsilon", values.epsilon()))));
        Map<String, ParameterBuffers> buffers =
                Map.of("theta", parameters, "g", gradients, "m", firstMoments, "v", secondMoments);
        graph.eachBlock(buffers, (session, blocks) -> {
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
}
