package org.lamp4j.onnx.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lamp4j.tensor.Shape;

/**
 * A tensor in a {@link Graph}: an input, a constant, or an output of a {@link Node}. Its shape and element type are
 * known from the moment it is made.
 */
public final class Value {

    private final Graph graph;
    private final String name;
    private final TensorType type;
    private final @Nullable Node producer;
    private final @Nullable ByteBuffer data;
    private boolean weight;

    Value(Graph graph, String name, TensorType type, @Nullable Node producer, @Nullable ByteBuffer data) {
        this.graph = graph;
        this.name = name;
        this.type = type;
        this.producer = producer;
        this.data = data;
    }

    /** Returns a weight: a constant that is stored outside the graph. */
    static Value weight(Graph graph, String name, TensorType type, ByteBuffer data) {
        Value value = new Value(graph, name, type, null, data);
        value.weight = true;
        return value;
    }

    /**
     * Tells whether this is a weight: a constant whose data are outside the graph.
     *
     * @return whether it was {@linkplain Graph#weight declared} as one
     */
    public boolean isWeight() {
        return weight;
    }

    /**
     * Returns the graph this value belongs to.
     *
     * @return the graph
     */
    public Graph graph() {
        return graph;
    }

    /**
     * Returns the name, unique in the graph.
     *
     * @return the name
     */
    public String name() {
        return name;
    }

    /**
     * Returns element type and shape.
     *
     * @return the type
     */
    public TensorType type() {
        return type;
    }

    /**
     * Returns the shape.
     *
     * @return the shape
     */
    public Shape shape() {
        return type.shape();
    }

    /**
     * Returns the element type.
     *
     * @return the element type
     */
    public ElementType elementType() {
        return type.elementType();
    }

    /**
     * Returns the node that computes this value.
     *
     * @return the node; empty for an input or a constant
     */
    public Optional<Node> producer() {
        return Optional.ofNullable(producer);
    }

    /**
     * Returns the data of a constant or weight.
     *
     * @return a read-only little-endian view; empty for inputs and computed values
     */
    public Optional<ByteBuffer> data() {
        return Optional.ofNullable(data).map(bytes -> bytes.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN));
    }

    /**
     * Returns the elements of an integer constant: a shape, axes, starts.
     *
     * @return the elements
     * @throws IllegalStateException if this is not an INT64 constant
     */
    public long[] constantLongs() {
        if (data == null || elementType() != ElementType.INT64) {
            throw new IllegalStateException("expected an INT64 constant, but was " + this);
        }
        long[] longs = new long[Math.toIntExact(shape().elementCount())];
        data().orElseThrow().asLongBuffer().get(longs);
        return longs;
    }

    @Override
    public String toString() {
        return name + " " + type;
    }
}
