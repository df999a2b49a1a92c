package org.lamp4j.onnx.graph;

import java.util.List;
import java.util.Map;

/** One use of an operator in a {@link Graph}. */
public final class Node {

    private final Operator operator;
    private final String name;
    private final List<Value> inputs;
    private final Map<String, Attribute> attributes;
    private List<Value> outputs = List.of();

    Node(Operator operator, String name, List<Value> inputs, Map<String, Attribute> attributes) {
        this.operator = operator;
        this.name = name;
        this.inputs = List.copyOf(inputs);
        this.attributes = Map.copyOf(attributes);
    }

    void produces(List<Value> values) {
        outputs = List.copyOf(values);
    }

    /**
     * Returns the operator.
     *
     * @return the operator
     */
    public Operator operator() {
        return operator;
    }

    /**
     * Returns the name: the scope it was made in, the operator and a number.
     *
     * @return the name, unique in the graph
     */
    public String name() {
        return name;
    }

    /**
     * Returns all inputs.
     *
     * @return the inputs in the operator's order
     */
    public List<Value> inputs() {
        return inputs;
    }

    /**
     * Returns one input.
     *
     * @param index its place, from 0
     * @return the input
     */
    public Value input(int index) {
        return inputs.get(index);
    }

    /**
     * Returns all outputs.
     *
     * @return the outputs in the operator's order
     */
    public List<Value> outputs() {
        return outputs;
    }

    /**
     * Returns one output.
     *
     * @param index its place, from 0
     * @return the output
     */
    public Value output(int index) {
        return outputs.get(index);
    }

    /**
     * Returns all attributes.
     *
     * @return attributes by name
     */
    public Map<String, Attribute> attributes() {
        return attributes;
    }

    /**
     * Returns a whole-number attribute.
     *
     * @param attribute its name
     * @return the number
     */
    public long longAttribute(String attribute) {
        return required(attribute, Attribute.Int.class).value();
    }

    /**
     * Returns a floating-point attribute.
     *
     * @param attribute its name
     * @return the number
     */
    public float floatAttribute(String attribute) {
        return required(attribute, Attribute.Real.class).value();
    }

    /**
     * Returns a list attribute.
     *
     * @param attribute its name
     * @return the numbers, as {@code int}
     */
    public int[] intsAttribute(String attribute) {
        return required(attribute, Attribute.Ints.class).values().stream()
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    private <A extends Attribute> A required(String attribute, Class<A> type) {
        Attribute value = attributes.get(attribute);
        if (value == null) {
            throw new IllegalStateException(
                    "expected an attribute " + attribute + ", but " + name + " has " + attributes.keySet());
        }
        if (!type.isInstance(value)) {
            throw new IllegalStateException("expected attribute " + attribute + " to be " + type.getSimpleName()
                    + ", but was " + value + " (" + name + ")");
        }
        return type.cast(value);
    }

    @Override
    public String toString() {
        return name + inputs;
    }
}
