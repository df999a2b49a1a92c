package org.lamp4j.onnx.graph;

import java.util.List;
import java.util.stream.LongStream;

/**
 * A setting of a {@link Node} that is fixed when the graph is built, in one of the ONNX types that operators here use.
 */
public sealed interface Attribute {

    /**
     * A whole number: ONNX's INT.
     *
     * @param value the number
     */
    record Int(long value) implements Attribute {}

    /**
     * A floating-point number: ONNX's FLOAT.
     *
     * @param value the number
     */
    record Real(float value) implements Attribute {}

    /**
     * A word: ONNX's STRING.
     *
     * @param value the word
     */
    record Text(String value) implements Attribute {}

    /**
     * Whole numbers: ONNX's INTS.
     *
     * @param values the numbers
     */
    record Ints(List<Long> values) implements Attribute {

        /** Copies the list. */
        public Ints {
            values = List.copyOf(values);
        }
    }

    /**
     * Returns a whole number.
     *
     * @param value the number
     * @return the attribute
     */
    static Attribute of(long value) {
        return new Int(value);
    }

    /**
     * Returns a floating-point number.
     *
     * @param value the number
     * @return the attribute
     */
    static Attribute of(float value) {
        return new Real(value);
    }

    /**
     * Returns a word.
     *
     * @param value the word
     * @return the attribute
     */
    static Attribute of(String value) {
        return new Text(value);
    }

    /**
     * Returns a list of whole numbers.
     *
     * @param values the numbers
     * @return the attribute
     */
    static Attribute ofAll(long... values) {
        return new Ints(LongStream.of(values).boxed().toList());
    }
}
