package org.lamp4j.onnx.autodiff;

import static org.lamp4j.onnx.op.Elementwise.add;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.GraphParts;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Subgraph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/**
 * Reverse mode over a graph in parts, which trades time for memory (Chen et al., arXiv 1604.06174): the forward pass
 * keeps only the values between parts; in the backward pass, each part computes its inside once more and turns the
 * gradients of its outputs into those of its inputs.
 *
 * <pre>
 *   forward     x ─▶[ 0 ]─ a ─▶[ 1 ]─ b ─▶[ 2 ]            keeps a, b
 *   backward                     b ─▶[ 2' ]─▶ ∂b, gradients of part 2's parameters
 *                    a, ∂b ─▶[ 1' ]─▶ ∂a, …
 * </pre>
 *
 * <p>A part need not compute all of its inside once more: what is costly to compute and small to keep may be handed
 * from its forward to its backward graph, as values between parts are (Korthikanti et al., arXiv 2205.05198, section
 * 5).
 *
 * <p>Gradients are named by {@link #gradientOf}. To the gradient of a value that a later part has used as well, a part
 * adds its own: it takes the sum so far as an input, whose name {@link #valueOf} turns into the gradient's.
 */
public final class PartGradients {

    private static final String SO_FAR = "so_far/";
    private static final String GRADIENT = "gradient/";

    private final Set<String> outputs;
    private final Set<String> dependents;

    /** Names that a later part has computed a gradient of. */
    private final Set<String> known = new HashSet<>();

    private PartGradients(Set<String> outputs, Set<String> dependents) {
        this.outputs = outputs;
        this.dependents = dependents;
    }

    /**
     * Returns the name of a value's gradient.
     *
     * @param name name of a parameter, or of a value between parts
     * @return name of its gradient, as an input or output of a part
     */
    public static String gradientOf(String name) {
        return GRADIENT + name;
    }

    /**
     * Tells whether a name is one of {@link #gradientOf}.
     *
     * @param name name of an input or output of a part
     * @return whether a gradient has it
     */
    public static boolean isGradient(String name) {
        return name.startsWith(GRADIENT);
    }

    /**
     * Returns the name of the value that an input of a part takes.
     *
     * @param input name of the input
     * @return the same name; for a sum so far, that of the gradient
     */
    public static String valueOf(String input) {
        return input.startsWith(SO_FAR) ? input.substring(SO_FAR.length()) : input;
    }

    /**
     * Makes the backward graphs of a graph's {@linkplain GraphParts parts}.
     *
     * @param whole the graph, which stays as it is
     * @param loss name of its output to differentiate, a scalar; what the whole has as outputs, the parts that compute
     *     it have
     * @param parameters names of the inputs to differentiate by
     * @param kept whether the inside of a part hands a value to the part's backward graph, as an input of the value's
     *     name; asked of what nodes compute. Of the last part, which runs backward at once, nothing is kept
     * @return one graph for each part, in the parts' order, to be run in the opposite one; empty where no gradient
     *     passes
     */
    public static List<Optional<Graph>> of(Graph whole, String loss, Set<String> parameters, Predicate<Value> kept) {
        PartGradients walk = new PartGradients(whole.outputs().keySet(), dependents(whole, parameters));
        List<Graph> parts = GraphParts.of(whole);
        List<Optional<Graph>> backward = new ArrayList<>();
        for (int index = parts.size() - 1; index >= 0; index--) {
            backward.add(walk.backward(parts.get(index), loss, index == parts.size() - 1 ? value -> false : kept));
        }
        Collections.reverse(backward);
        return backward;
    }

    private static Set<String> dependents(Graph whole, Set<String> parameters) {
        Set<String> dependents = new HashSet<>(parameters);
        for (Node node : whole.nodes()) {
            if (node.inputs().stream().anyMatch(input -> dependents.contains(input.name()))) {
                node.outputs().forEach(output -> dependents.add(output.name()));
            }
        }
        return dependents;
    }

    private Optional<Graph> backward(Graph part, String loss, Predicate<Value> kept) {
        Set<Value> given = new HashSet<>();
        part.nodes().forEach(node -> node.outputs().stream().filter(kept).forEach(given::add));
        Map<String, Value> wanted = new LinkedHashMap<>();
        Map<Value, Value> seeds = new LinkedHashMap<>();
        part.outputs().forEach((name, value) -> {
            if (outputs.contains(name)) {
                wanted.put(name, value);
            }
            if (name.equals(loss)) {
                seeds.put(value, part.constant(Shape.of(), 1));
            } else if (known.contains(name)) {
                seeds.put(value, part.input(gradientOf(name), value.elementType(), value.shape()));
            }
        });
        List<Value> inputs = part.inputs().stream()
                .filter(input -> dependents.contains(input.name()))
                .toList();
        given.removeAll(wanted.values());
        if (seeds.isEmpty() || inputs.isEmpty()) {
            return Optional.empty();
        }
        Gradients.of(seeds, inputs).forEach((input, gradient) -> {
            String name = input.name();
            wanted.put(gradientOf(name), known.add(name) ? gradient : plusSoFar(name, gradient));
        });
        return Optional.of(Subgraph.of(part.name() + ", backward", wanted, given::contains));
    }

    private static Value plusSoFar(String name, Value gradient) {
        Graph part = gradient.graph();
        Value soFar = part.input(SO_FAR + gradientOf(name), gradient.elementType(), gradient.shape());
        return part.inScope("gradient", () -> add(soFar, gradient));
    }
}
