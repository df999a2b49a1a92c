package org.lamp4j.onnx.autodiff;

import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.zeros;
import static org.lamp4j.onnx.op.Reductions.sum;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * Reverse-mode differentiation: adds to a graph the nodes that compute the gradients of one of its values. Each
 * operator brings the rule for its own inputs; the walk over the nodes, the sum over all uses of a value and the sum
 * over broadcast axes are here, once.
 *
 * <p>Only values that lie between the parameters and the loss get a gradient: a frozen weight costs nothing.
 */
public final class Gradients {

    private final Map<Value, Value> gradients = new HashMap<>();
    private final Set<Value> needGradient;

    private Gradients(Set<Value> needGradient) {
        this.needGradient = needGradient;
    }

    /**
     * Adds the gradients of a loss with respect to parameters to the graph of both.
     *
     * @param loss the value to differentiate: a scalar, or a tensor of one element
     * @param parameters inputs or other values of the same graph
     * @return the gradient of each parameter, in its shape, in the order given
     * @throws IllegalArgumentException if the loss is not one number, or does not depend on a parameter; the message
     *     names it
     * @throws IllegalStateException if an operator on the way has no gradient rule; the message names operator and
     *     input
     */
    public static Map<Value, Value> of(Value loss, List<Value> parameters) {
        if (loss.shape().elementCount() != 1) {
            throw new IllegalArgumentException("expected a loss of one number, but was " + loss);
        }
        int[] ones = IntStream.range(0, loss.shape().rank()).map(axis -> 1).toArray();
        return of(loss, loss.graph().constant(Shape.of(ones), 1), parameters);
    }

    /**
     * Adds the product of an output's gradient with its Jacobian to the graph: {@code (∂output/∂parameter)ᵀ · seed}.
     *
     * @param output the value to differentiate
     * @param seed gradient of something with respect to {@code output}, in its shape
     * @param parameters inputs or other values of the same graph
     * @return the gradient with respect to each parameter, in its shape, in the order given
     * @throws IllegalArgumentException if {@code output} does not depend on a parameter; the message names it
     * @throws IllegalStateException if an operator on the way has no gradient rule; the message names operator and
     *     input
     */
    public static Map<Value, Value> of(Value output, Value seed, List<Value> parameters) {
        Map<Value, Value> found = of(Map.of(output, seed), parameters);
        for (Value parameter : parameters) {
            if (!found.containsKey(parameter)) {
                throw new IllegalArgumentException(
                        "expected parameters that " + output.name() + " depends on, but was " + parameter.name());
            }
        }
        return found;
    }

    /**
     * Adds the sum of several such products to the graph.
     *
     * @param seeds gradient of something with respect to each of several values of one graph, in the values' shapes
     * @param parameters inputs or other values of the same graph
     * @return the gradient with respect to each parameter that any of the values depends on, in its shape, in the order
     *     given
     * @throws IllegalStateException if an operator on the way has no gradient rule; the message names operator and
     *     input
     */
    static Map<Value, Value> of(Map<Value, Value> seeds, List<Value> parameters) {
        seeds.forEach((value, seed) ->
                ShapeMismatchException.check("seed gradient", value.shape(), seed.shape(), "Gradients.of"));
        Graph graph = seeds.keySet().iterator().next().graph();
        List<Node> forward = List.copyOf(graph.nodes());
        Gradients walk = new Gradients(dependents(forward, parameters));
        walk.gradients.putAll(seeds);
        for (int index = forward.size() - 1; index >= 0; index--) {
            Node node = forward.get(index);
            graph.inScope("gradient/" + node.name(), () -> walk.pass(node));
        }
        Map<Value, Value> found = new LinkedHashMap<>();
        parameters.stream()
                .filter(walk.gradients::containsKey)
                .forEach(parameter -> found.put(parameter, walk.gradients.get(parameter)));
        return found;
    }

    private static Set<Value> dependents(List<Node> nodes, List<Value> parameters) {
        Set<Value> dependents = new HashSet<>(parameters);
        for (Node node : nodes) {
            if (node.inputs().stream().anyMatch(dependents::contains)) {
                dependents.addAll(node.outputs());
            }
        }
        return dependents;
    }

    private Void pass(Node node) {
        if (node.outputs().stream().noneMatch(gradients::containsKey)) {
            return null;
        }
        Set<Integer> wanted = IntStream.range(0, node.inputs().size())
                .filter(input -> needGradient.contains(node.input(input))
                        && !node.operator().isNotDifferentiable(input))
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
        Optional<Operator.JointGradientRule> joint = node.operator().jointGradientRule();
        if (joint.isEmpty()) {
            Value outputGradient = onlyOutputGradient(node);
            wanted.forEach(
                    input -> collect(node.input(input), rule(node, input).inputGradient(node, outputGradient, input)));
        } else if (!wanted.isEmpty()) {
            List<Value> outputGradients =
                    node.outputs().stream().map(this::gradientOrZeros).toList();
            Map<Integer, Value> together = joint.get().inputGradients(node, outputGradients, wanted);
            wanted.forEach(input -> collect(node.input(input), Objects.requireNonNull(together.get(input))));
        }
        return null;
    }

    private Value onlyOutputGradient(Node node) {
        for (int index = 1; index < node.outputs().size(); index++) {
            if (gradients.containsKey(node.output(index))) {
                throw new IllegalStateException("expected a gradient of output 0 of " + node.name()
                        + " only, but output " + index + " has one");
            }
        }
        return Objects.requireNonNull(gradients.get(node.output(0)));
    }

    private Value gradientOrZeros(Value output) {
        Value gradient = gradients.get(output);
        return gradient == null ? zeros(output.graph(), output.type()) : gradient;
    }

    private void collect(Value value, Value gradient) {
        gradients.merge(value, unbroadcast(gradient, value), (a, b) -> add(a, b));
    }

    private static Operator.GradientRule rule(Node node, int input) {
        return node.operator()
                .gradientRule(input)
                .orElseThrow(() -> new IllegalStateException("expected a gradient rule for input " + input + " of "
                        + node.operator() + ", but none is written (" + node.name() + ")"));
    }

    /** Sums a gradient over the axes that its value was repeated along. */
    private static Value unbroadcast(Value gradient, Value value) {
        Shape target = value.shape();
        Shape shape = gradient.shape();
        if (shape.equals(target)) {
            return gradient;
        }
        int added = shape.rank() - target.rank();
        List<Integer> repeated = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            int size = axis < added ? 1 : target.size(axis - added);
            if (size == 1 && shape.size(axis) != 1) {
                repeated.add(axis);
            } else if (size != shape.size(axis)) {
                throw new ShapeMismatchException("expected a gradient of " + value.name() + " that broadcasts from "
                        + target + ", but was " + shape);
            }
        }
        int[] axes = repeated.stream().mapToInt(Integer::intValue).toArray();
        return reshape(axes.length == 0 ? gradient : sum(gradient, axes), target);
    }
}
