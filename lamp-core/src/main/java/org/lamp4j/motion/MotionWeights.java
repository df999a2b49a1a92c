package org.lamp4j.motion;

import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * The parameters that a motion pattern lays over the inflated base model, by their UNet key
 * ({@code down_blocks.0.resnets.0.conv1.conv1d.weight}). Immutable; the values lie in native or mapped memory.
 */
public final class MotionWeights {

    /** The owner of the memory that values lie in. */
    @FunctionalInterface
    public interface Source {

        /** Memory that nobody else writes to. */
        Source OWN_MEMORY = () -> {};

        /**
         * Checks that values are what they were when they were read.
         *
         * @throws IllegalStateException if they lie in a mapped file that has been written to since; the message names
         *     it
         */
        void requireUnchanged();
    }

    /**
     * One parameter of a pattern.
     *
     * @param name key in the UNet's checkpoint
     * @param shape its shape
     * @param values its elements, row-major; a read-only view is kept
     * @param source where they lie
     */
    public record Parameter(String name, Shape shape, FloatBuffer values, Source source) {

        /** Checks that the number of values is that of the shape. */
        public Parameter {
            if (values.remaining() != shape.elementCount()) {
                throw new ShapeMismatchException("expected " + shape.elementCount() + " values for " + name + " "
                        + shape + ", but was " + values.remaining() + " (MotionWeights)");
            }
            values = values.asReadOnlyBuffer();
        }

        /**
         * Creates a parameter in memory that nobody else writes to.
         *
         * @param name key in the UNet's checkpoint
         * @param shape its shape
         * @param values its elements, row-major; a read-only view is kept
         */
        public Parameter(String name, Shape shape, FloatBuffer values) {
            this(name, shape, values, Source.OWN_MEMORY);
        }

        /**
         * Returns the elements.
         *
         * @return a read-only view of its own position
         */
        @Override
        public FloatBuffer values() {
            return values.duplicate();
        }

        /** Parameters are equal if their names, shapes and values are, wherever these lie. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Parameter that
                    && name.equals(that.name)
                    && shape.equals(that.shape)
                    && values.equals(that.values);
        }

        /** Reads no values: they may lie in a file. */
        @Override
        public int hashCode() {
            return Objects.hash(name, shape);
        }

        @Override
        public String toString() {
            return name + " " + shape;
        }
    }

    private final Map<String, Parameter> parameters;

    private MotionWeights(Map<String, Parameter> parameters) {
        this.parameters = Collections.unmodifiableMap(parameters);
    }

    /**
     * Returns weights of the given parameters.
     *
     * @param parameters the parameters, in the order they are kept and saved
     * @return the weights
     * @throws IllegalArgumentException if two have the same name
     */
    public static MotionWeights of(List<Parameter> parameters) {
        Map<String, Parameter> byName = new LinkedHashMap<>();
        for (Parameter parameter : parameters) {
            if (byName.put(parameter.name(), parameter) != null) {
                throw new IllegalArgumentException(
                        "expected each parameter once, but " + parameter.name() + " came twice");
            }
        }
        return new MotionWeights(byName);
    }

    /**
     * Returns the parameters' names.
     *
     * @return the names in their order
     */
    public Set<String> names() {
        return parameters.keySet();
    }

    /**
     * Returns all parameters.
     *
     * @return the parameters in their order
     */
    public List<Parameter> parameters() {
        return List.copyOf(parameters.values());
    }

    /**
     * Returns one parameter.
     *
     * @param name its name
     * @return the parameter
     * @throws IllegalArgumentException if there is none of that name
     */
    public Parameter parameter(String name) {
        Parameter parameter = parameters.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("expected one of the pattern's parameters, but was " + name);
        }
        return parameter;
    }

    /**
     * Returns the hash of the parameters: names, shapes and little-endian float32 values, in their order. Reads them
     * all.
     *
     * @return {@code sha256:} and 64 hexadecimal digits
     * @throws IllegalStateException if a file that they are mapped from has been written to since; the message names it
     */
    public String hash() {
        return WeightsHash.of(this);
    }

    /**
     * Checks that all values are what they were when they were read. Called before they are used; takes a look at each
     * file that they are mapped from.
     *
     * @throws IllegalStateException if such a file has been written to since; the message names it
     */
    public void requireUnchanged() {
        Set<Source> sources = Collections.newSetFromMap(new IdentityHashMap<>());
        parameters.values().forEach(parameter -> sources.add(parameter.source()));
        sources.forEach(Source::requireUnchanged);
    }

    /**
     * Returns the number of values in all parameters together.
     *
     * @return the number of float32 values
     */
    public long elementCount() {
        return parameters.values().stream()
                .mapToLong(parameter -> parameter.shape().elementCount())
                .sum();
    }

    /** Weights are equal if they have the same parameters, in any order. Reads all values of those of equal shapes. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MotionWeights that && parameters.equals(that.parameters);
    }

    @Override
    public int hashCode() {
        return parameters.hashCode();
    }

    @Override
    public String toString() {
        return parameters.size() + " parameters of " + elementCount() + " values";
    }
}
