package org.lamp4j.onnx.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an ONNX operator is to the graph: its name and version, the shapes it gives, and how a gradient passes back
 * through it. Every operator is one constant beside the graph function that uses it, in package {@code op}.
 *
 * <p>For each input, one of three things is true, and they are kept apart: it has a gradient rule; it is declared
 * {@linkplain Builder#notDifferentiable not differentiable} (an index, a shape); or nobody wrote a rule, which is an
 * error the moment a gradient is asked for.
 */
public final class Operator {

    /** Computes the types of a node's outputs from its inputs and attributes, or says why there are none. */
    @FunctionalInterface
    public interface TypeRule {
        /**
         * Computes the output types.
         *
         * @param node the node; its outputs are not there yet
         * @return the type of each output
         * @throws org.lamp4j.tensor.ShapeMismatchException if the inputs do not fit; the message holds their shapes
         */
        List<TensorType> outputTypes(Node node);
    }

    /** Computes the gradient of one input from that of output 0. */
    @FunctionalInterface
    public interface GradientRule {
        /**
         * Computes the gradient of one input.
         *
         * @param node the node whose input it is
         * @param outputGradient gradient of the loss with respect to {@code node.output(0)}, of the same shape
         * @param inputIndex which input
         * @return the gradient in the input's shape, or in a shape that the input was broadcast to
         */
        Value inputGradient(Node node, Value outputGradient, int inputIndex);
    }

    /**
     * Computes the gradients of several inputs from those of all outputs, for an operator whose rules share most of
     * their work or that has several outputs.
     */
    @FunctionalInterface
    public interface JointGradientRule {
        /**
         * Computes the gradients of some inputs.
         *
         * @param node the node whose inputs they are
         * @param outputGradients gradient of the loss with respect to each output, of the same shape; zeros for an
         *     output that it does not depend on
         * @param inputIndices which inputs
         * @return for each of them the gradient in the input's shape
         */
        Map<Integer, Value> inputGradients(Node node, List<Value> outputGradients, Set<Integer> inputIndices);
    }

    /** Counts the floating-point operations of a node. */
    @FunctionalInterface
    public interface FlopRule {
        /**
         * Counts the operations.
         *
         * @param node the node
         * @return multiplications, additions, comparisons and values of elementary functions, each counted once; 0
         *     where numbers are only moved
         */
        long flops(Node node);
    }

    private static final int ANY_INPUT = -1;

    private final String name;
    private final String domain;
    private final List<String> inputNames;
    private final TypeRule typeRule;
    private final @Nullable FlopRule flopRule;
    private final Map<Integer, GradientRule> gradientRules;
    private final Set<Integer> notDifferentiable;
    private final Set<Integer> wantedFixed;
    private final @Nullable JointGradientRule jointGradientRule;

    private Operator(Builder builder) {
        this.name = builder.name;
        this.domain = builder.domain;
        this.inputNames = builder.inputNames;
        this.typeRule = Objects.requireNonNull(builder.typeRule);
        this.flopRule = builder.flopRule;
        this.gradientRules = Map.copyOf(builder.gradientRules);
        this.notDifferentiable = Set.copyOf(builder.notDifferentiable);
        this.wantedFixed = Set.copyOf(builder.wantedFixed);
        this.jointGradientRule = builder.jointGradientRule;
    }

    /**
     * Starts an operator of the standard domain.
     *
     * @param name operator name in the ONNX specification
     * @param inputNames names of its inputs there; one name for an operator of any number of inputs
     * @return the builder
     */
    public static Builder named(String name, String... inputNames) {
        return new Builder(name, List.of(inputNames));
    }

    /**
     * Returns the name.
     *
     * @return the name in the ONNX specification
     */
    public String name() {
        return name;
    }

    /**
     * Returns the operator set it belongs to.
     *
     * @return the domain; empty for the standard one
     */
    public String domain() {
        return domain;
    }

    /**
     * Returns the names of the inputs.
     *
     * @return the names in the ONNX specification
     */
    public List<String> inputNames() {
        return inputNames;
    }

    /**
     * Adds a node of this operator to the graph of its inputs.
     *
     * @param attributes attributes by name
     * @param inputs inputs in the operator's order
     * @return the node's first output
     * @throws org.lamp4j.tensor.ShapeMismatchException if the shapes do not fit
     */
    public Value apply(Map<String, Attribute> attributes, Value... inputs) {
        return inputs[0].graph().add(this, attributes, List.of(inputs)).output(0);
    }

    /**
     * Adds a node of this operator, without attributes, to the graph of its inputs.
     *
     * @param inputs inputs in the operator's order
     * @return the node's first output
     * @throws org.lamp4j.tensor.ShapeMismatchException if the shapes do not fit
     */
    public Value apply(Value... inputs) {
        return apply(Map.of(), inputs);
    }

    List<TensorType> outputTypes(Node node) {
        return typeRule.outputTypes(node);
    }

    /**
     * Returns the rule by which the operations of a node are counted.
     *
     * @return the rule; empty if there is none
     */
    public Optional<FlopRule> flopRule() {
        return Optional.ofNullable(flopRule);
    }

    /**
     * Returns the rule for one input.
     *
     * @param inputIndex which input
     * @return the rule; empty if there is none, or one for all inputs together
     */
    public Optional<GradientRule> gradientRule(int inputIndex) {
        GradientRule rule = gradientRules.get(inputIndex);
        return Optional.ofNullable(rule == null ? gradientRules.get(ANY_INPUT) : rule);
    }

    /**
     * Returns the rule for all inputs together.
     *
     * @return the rule; empty if each input has its own
     */
    public Optional<JointGradientRule> jointGradientRule() {
        return Optional.ofNullable(jointGradientRule);
    }

    /**
     * Tells whether an input is declared to have no gradient.
     *
     * @param inputIndex which input
     * @return whether it is an index, a shape or another thing that a loss does not smoothly depend on
     */
    public boolean isNotDifferentiable(int inputIndex) {
        return notDifferentiable.contains(inputIndex);
    }

    /**
     * Tells whether an input has to be known when a session is opened: a weight or a constant, not a computed value.
     *
     * @param inputIndex which input
     * @return whether ONNX Runtime has no kernel for the operator otherwise
     */
    public boolean wantsFixed(int inputIndex) {
        return wantedFixed.contains(inputIndex);
    }

    @Override
    public String toString() {
        return domain.isEmpty() ? name : domain + "." + name;
    }

    /** Collects what an operator is. */
    public static final class Builder {

        private final String name;
        private final List<String> inputNames;
        private final Map<Integer, GradientRule> gradientRules = new HashMap<>();
        private final Set<Integer> notDifferentiable = new HashSet<>();
        private final Set<Integer> wantedFixed = new HashSet<>();
        private String domain = "";
        private @Nullable TypeRule typeRule;
        private @Nullable JointGradientRule jointGradientRule;
        private @Nullable FlopRule flopRule;

        private Builder(String name, List<String> inputNames) {
            this.name = name;
            this.inputNames = inputNames;
        }

        /**
         * Puts the operator into another domain than ONNX's own.
         *
         * @param newDomain the domain, such as {@code com.microsoft}
         * @return this builder
         */
        public Builder inDomain(String newDomain) {
            domain = newDomain;
            return this;
        }

        /**
         * Sets how output types follow from inputs.
         *
         * @param rule the rule
         * @return this builder
         */
        public Builder types(TypeRule rule) {
            typeRule = rule;
            return this;
        }

        /**
         * Sets how floating-point operations are counted.
         *
         * @param rule the rule
         * @return this builder
         */
        public Builder flops(FlopRule rule) {
            flopRule = rule;
            return this;
        }

        /**
         * Sets the gradient rule of one input.
         *
         * @param inputIndex which input
         * @param rule the rule
         * @return this builder
         */
        public Builder gradient(int inputIndex, GradientRule rule) {
            gradientRules.put(inputIndex, rule);
            return this;
        }

        /**
         * Sets one gradient rule for all inputs.
         *
         * @param rule the rule
         * @return this builder
         */
        public Builder gradientOfAny(GradientRule rule) {
            return gradient(ANY_INPUT, rule);
        }

        /**
         * Sets one rule that gives the gradients of all inputs together, from those of all outputs.
         *
         * @param rule the rule
         * @return this builder
         */
        public Builder gradients(JointGradientRule rule) {
            jointGradientRule = rule;
            return this;
        }

        /**
         * Declares that inputs have no gradient.
         *
         * @param inputIndices which inputs
         * @return this builder
         */
        public Builder notDifferentiable(int... inputIndices) {
            for (int inputIndex : inputIndices) {
                notDifferentiable.add(inputIndex);
            }
            return this;
        }

        /**
         * Declares that inputs have to be known when a session is opened, and so have no gradient.
         *
         * @param inputIndices which inputs
         * @return this builder
         */
        public Builder fixed(int... inputIndices) {
            for (int inputIndex : inputIndices) {
                wantedFixed.add(inputIndex);
            }
            return notDifferentiable(inputIndices);
        }

        /**
         * Returns the operator.
         *
         * @return the operator
         */
        public Operator build() {
            if (typeRule == null) {
                throw new IllegalStateException("expected a type rule for " + name);
            }
            return new Operator(this);
        }
    }
}
