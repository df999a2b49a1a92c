package org.lamp4j.onnx.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.lamp4j.tensor.Shape;

/**
 * A computation under construction: nodes in the order they were made, which is an order they can run in. Knows no
 * operator and no model. Not safe for several threads.
 */
public final class Graph {

    /**
     * Attention and its gradient are computed in blocks of a fixed size, and each is some nodes: shapes that no machine
     * takes would fill the heap with nodes before anybody has asked how much memory they take.
     */
    private static final int MAX_NODES = 1 << 18;

    private final String name;
    private final Target target;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Value> inputs = new ArrayList<>();
    private final List<Value> constants = new ArrayList<>();
    private final List<Value> weights = new ArrayList<>();
    private final Map<String, Value> outputs = new LinkedHashMap<>();
    private final Set<Value> cuts = new LinkedHashSet<>();
    private final Map<List<Object>, Value> knownConstants = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    private final Deque<String> scopes = new ArrayDeque<>();

    /**
     * Starts an empty graph that is built for nothing in particular.
     *
     * @param name what the graph computes; shown by viewers
     */
    public Graph(String name) {
        this(name, Target.ANY);
    }

    /**
     * Starts an empty graph.
     *
     * @param name what the graph computes; shown by viewers
     * @param target what it is built for
     */
    public Graph(String name, Target target) {
        this.name = name;
        this.target = target;
    }

    /**
     * Returns the name.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Returns what the graph is built for.
     *
     * @return the kind of device
     */
    public Target target() {
        return target;
    }

    /**
     * Declares an input.
     *
     * @param inputName its name
     * @param elementType type of its elements
     * @param shape its shape
     * @return the input
     * @throws IllegalArgumentException if the name is taken
     */
    public Value input(String inputName, ElementType elementType, Shape shape) {
        Value input = new Value(this, claim(inputName), new TensorType(elementType, shape), null, null);
        inputs.add(input);
        return input;
    }

    /**
     * Declares a weight: a constant whose data stay where they are, outside the ONNX file's protobuf.
     *
     * @param weightName its name
     * @param type element type and shape
     * @param data little-endian elements; not copied, and not to be changed while the graph is in use
     * @return the weight
     * @throws IllegalArgumentException if the name is taken or the data have another size than the type says
     */
    public Value weight(String weightName, TensorType type, ByteBuffer data) {
        if (data.remaining() != type.byteSize()) {
            throw new IllegalArgumentException("expected " + type.byteSize() + " bytes for weight " + weightName + " "
                    + type + ", but was " + data.remaining());
        }
        Value weight = Value.weight(this, claim(weightName), type, data.slice());
        weights.add(weight);
        return weight;
    }

    /**
     * Takes a weight apart along axis 0. The parts are weights over the same data, named by their number after the
     * whole's name; the whole is a weight of this graph no longer.
     *
     * @param weight a weight that no node uses yet
     * @param parts number of parts, a divisor of its first size
     * @return the parts in their order
     * @throws IllegalArgumentException if it is no weight of this graph, or does not come to equal parts
     */
    public List<Value> takeApart(Value weight, int parts) {
        int rows = weight.shape().size(0);
        if (rows % parts != 0 || !weights.remove(weight)) {
            throw new IllegalArgumentException(
                    "expected a weight of " + parts + " equal parts, but was " + weight + " (graph " + name + ")");
        }
        TensorType type = new TensorType(weight.elementType(), weight.shape().with(0, rows / parts));
        int bytes = Math.toIntExact(type.byteSize());
        List<Value> taken = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            ByteBuffer data = weight.data().orElseThrow().slice(part * bytes, bytes);
            taken.add(weight(weight.name() + "/" + part, type, data));
        }
        return taken;
    }

    /**
     * Returns a small floating-point constant.
     *
     * @param shape its shape
     * @param elements its elements, row-major
     * @return the constant; the same value for the same elements
     */
    public Value constant(Shape shape, float... elements) {
        ByteBuffer data = ByteBuffer.allocate(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(elements);
        return constant(new TensorType(ElementType.FLOAT, shape), data);
    }

    /**
     * Returns a constant vector of whole numbers: a shape, axes, indices.
     *
     * @param elements its elements
     * @return the constant, INT64; the same value for the same elements
     */
    public Value constant(long... elements) {
        ByteBuffer data = ByteBuffer.allocate(elements.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asLongBuffer().put(elements);
        return constant(new TensorType(ElementType.INT64, Shape.of(elements.length)), data);
    }

    /**
     * Returns a constant of given data.
     *
     * @param type its type
     * @param data its elements, row-major and little-endian; not copied
     * @return the constant; the same value for the same elements
     * @throws IllegalArgumentException if the data are not as long as the type says
     */
    public Value constant(TensorType type, ByteBuffer data) {
        if (data.remaining() != type.byteSize()) {
            throw new IllegalArgumentException(
                    "expected " + type.byteSize() + " bytes for constant " + type + ", but was " + data.remaining());
        }
        return knownConstants.computeIfAbsent(List.of(type, data), key -> {
            Value constant = new Value(this, claim("constant_" + constants.size()), type, null, data);
            constants.add(constant);
            return constant;
        });
    }

    /**
     * Adds a node and checks it against its operator's rules.
     *
     * @param operator the operator
     * @param attributes attributes by name
     * @param nodeInputs inputs in the operator's order, all of this graph
     * @return the node
     * @throws IllegalArgumentException if an input is of another graph, or there are too many nodes
     * @throws org.lamp4j.tensor.ShapeMismatchException if the shapes do not fit
     */
    public Node add(Operator operator, Map<String, Attribute> attributes, List<Value> nodeInputs) {
        for (Value input : nodeInputs) {
            if (input.graph() != this) {
                throw new IllegalArgumentException("expected inputs of " + operator + " from graph " + name + ", but "
                        + input + " is from graph " + input.graph().name);
            }
        }
        String prefix = scopes.isEmpty() ? "" : scopes.peek() + "/";
        return add(new Node(operator, prefix + operator.name() + "_" + nodes.size(), nodeInputs, attributes));
    }

    /** Adds a node under the name it has already. */
    Node add(Node node) {
        if (nodes.size() == MAX_NODES) {
            throw new IllegalArgumentException("expected shapes that a network of at most " + MAX_NODES
                    + " operators computes, but was shapes that take more (" + name + ")");
        }
        List<TensorType> types = node.operator().outputTypes(node);
        List<Value> produced = new ArrayList<>();
        for (int index = 0; index < types.size(); index++) {
            String outputName = claim(node.name() + (index == 0 ? "" : ":" + index));
            produced.add(new Value(this, outputName, types.get(index), node, null));
        }
        node.produces(produced);
        nodes.add(node);
        return node;
    }

    /**
     * Declares a good place to cut the graph: after the node of a value that sums up what came before, such as the
     * output of a block. {@link GraphParts} cuts there.
     *
     * @param value the value, computed by a node of this graph
     * @return the value
     * @throws IllegalArgumentException if no node of this graph computes it
     */
    public Value cutAfter(Value value) {
        if (value.graph() != this || value.producer().isEmpty()) {
            throw new IllegalArgumentException(
                    "expected a value that a node of graph " + name + " computes, but was " + value);
        }
        cuts.add(value);
        return value;
    }

    /**
     * Builds a part of the graph whose nodes' names begin with the given scope, instead of any scope around it.
     *
     * @param scope full name of the part, such as {@code down_blocks.0.resnets.1}
     * @param part builds it
     * @param <T> what it gives
     * @return what the part gave
     */
    public <T> T inScope(String scope, Supplier<T> part) {
        scopes.push(scope);
        try {
            return part.get();
        } finally {
            scopes.pop();
        }
    }

    /**
     * Declares an output.
     *
     * @param outputName its name
     * @param value what it gives
     * @throws IllegalArgumentException if another value has that name or the value is of another graph
     */
    public void output(String outputName, Value value) {
        if (value.graph() != this) {
            throw new IllegalArgumentException(
                    "expected an output from graph " + name + ", but " + value + " is from " + value.graph().name);
        }
        if (outputs.containsKey(outputName)) {
            throw new IllegalArgumentException("expected each output once, but " + outputName + " came twice");
        }
        if (!outputName.equals(value.name())) {
            claim(outputName);
        }
        outputs.put(outputName, value);
    }

    private String claim(String wanted) {
        if (!names.add(wanted)) {
            throw new IllegalArgumentException("expected a new name in graph " + name + ", but was " + wanted);
        }
        return wanted;
    }

    /**
     * Returns the nodes.
     *
     * @return a view in an order in which they can run
     */
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /**
     * Returns the inputs.
     *
     * @return a view in the order they were declared
     */
    public List<Value> inputs() {
        return Collections.unmodifiableList(inputs);
    }

    /**
     * Returns the constants, which are stored inside the ONNX file's protobuf.
     *
     * @return a view
     */
    public List<Value> constants() {
        return Collections.unmodifiableList(constants);
    }

    /**
     * Returns the weights, which are stored outside the ONNX file's protobuf.
     *
     * @return a view in the order they were declared
     */
    public List<Value> weights() {
        return Collections.unmodifiableList(weights);
    }

    /**
     * Returns the outputs.
     *
     * @return a view: values by output name, in the order they were declared
     */
    public Map<String, Value> outputs() {
        return Collections.unmodifiableMap(outputs);
    }

    /**
     * Returns the values after which the graph may be cut.
     *
     * @return a view
     */
    public Set<Value> cuts() {
        return Collections.unmodifiableSet(cuts);
    }
}
