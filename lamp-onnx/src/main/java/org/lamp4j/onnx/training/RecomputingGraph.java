package org.lamp4j.onnx.training;

import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.div;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Reductions.sum;
import static org.lamp4j.onnx.op.Slicing.slice;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.lamp4j.onnx.autodiff.PartGradients;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Target;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/**
 * The parts of a {@linkplain TrainingStep#recomputing step that recomputes} joined into one graph, for one session,
 * which hands values from part to part in memory that it keeps.
 *
 * <p>ONNX Runtime runs nodes in any order that their inputs allow, and computes equal ones once. It would merge a
 * part's second forward pass with the first, or run it too early. So what a part takes from before, it takes as
 * {@code x + 0 · g}, where g is made of one element of each gradient of the part that runs backward before it. Where
 * those are finite, the sum is x.
 */
public final class RecomputingGraph {

    private static final String FORWARD = "forward/";
    private static final String BACKWARD = "backward/";

    private final Graph joined;

    /** What parts take by name: inputs, weights, and the newest value of what was computed. */
    private final Map<String, Value> known = new HashMap<>();

    /** A zero, {@code [1]}, that is there when the last part has run backward. */
    private Optional<Value> zero = Optional.empty();

    private RecomputingGraph(String name, Target target) {
        joined = new Graph(name, target);
    }

    /**
     * Makes the graph.
     *
     * @param forward a graph of {@link StepGraph#forward}, which stays as it is
     * @param parts its parts, which stay as they are
     * @param trained keys of the trained parameters
     * @return a graph with the outputs of {@link StepGraph#of}
     */
    public static Graph of(Graph forward, StepParts parts, Set<String> trained) {
        RecomputingGraph step = new RecomputingGraph(forward.name() + ", recomputing", forward.target());
        parts.forward().forEach(part -> step.append(part, FORWARD));
        for (int index = parts.backward().size() - 1; index >= 0; index--) {
            parts.backward().get(index).ifPresent(step::appendBackward);
        }
        step.joined.output(StepGraph.LOSS, Objects.requireNonNull(step.known.get(StepGraph.LOSS)));
        trained.forEach(step::addGradient);
        return step.joined;
    }

    private void addGradient(String parameter) {
        String name = PartGradients.gradientOf(parameter);
        Value gradient = Objects.requireNonNull(known.get(name));
        Value scale = known.get(StepGraph.LOSS_SCALE);
        joined.output(name, scale == null ? gradient : div(gradient, scale));
    }

    private void appendBackward(Graph part) {
        append(part, BACKWARD);
        List<Value> gradients = part.outputs().keySet().stream()
                .filter(PartGradients::isGradient)
                .map(known::get)
                .toList();
        zero = Optional.of(zeroAfter(gradients));
    }

    private static Value zeroAfter(List<Value> gradients) {
        List<Value> elements = new ArrayList<>();
        for (Value gradient : gradients) {
            int count = Math.toIntExact(gradient.shape().elementCount());
            elements.add(cast(slice(reshape(gradient, count), 0, 0, 1), ElementType.FLOAT));
        }
        Value one = reshape(sum(concat(0, elements), 0), 1);
        return mul(one, one.graph().constant(Shape.of(1), 0));
    }

    private void append(Graph part, String scope) {
        Map<Value, Value> copies = new HashMap<>();
        part.inputs().forEach(input -> copies.put(input, handedOn(input)));
        part.weights()
                .forEach(weight -> copies.put(
                        weight,
                        known.computeIfAbsent(
                                weight.name(),
                                name -> joined.weight(
                                        name, weight.type(), weight.data().orElseThrow()))));
        part.constants()
                .forEach(constant -> copies.put(
                        constant,
                        joined.constant(constant.type(), constant.data().orElseThrow())));
        for (Node node : part.nodes()) {
            List<Value> inputs = node.inputs().stream().map(copies::get).toList();
            String name = scope + node.name();
            Node copy = joined.inScope(
                    name.substring(0, name.lastIndexOf('/')),
                    () -> joined.add(node.operator(), node.attributes(), inputs));
            for (int output = 0; output < node.outputs().size(); output++) {
                copies.put(node.output(output), copy.output(output));
            }
        }
        part.outputs().forEach((name, value) -> known.put(name, copies.get(value)));
    }

    private Value handedOn(Value input) {
        String name = PartGradients.valueOf(input.name());
        Value value = known.computeIfAbsent(name, none -> joined.input(name, input.elementType(), input.shape()));
        boolean computedForward = value.producer().isPresent() && !PartGradients.isGradient(name);
        return computedForward && zero.isPresent() ? add(value, cast(zero.get(), value.elementType())) : value;
    }
}
