package org.lamp4j.onnx.training;

import java.util.List;
import java.util.Locale;
import org.lamp4j.onnx.graph.FlopCount;
import org.lamp4j.onnx.graph.Value;

/**
 * Which activations a {@linkplain TrainingStep#recomputing step that recomputes} keeps from its forward pass all the
 * same: those that cost most to compute for the memory they take (Korthikanti et al., arXiv 2205.05198, section 5). A
 * convolution of many channels or the attention to many keys costs a thousand operations for each byte of its result, a
 * norm or an activation three.
 *
 * @param operationsPerByte how many floating-point operations a byte of a value costs at least for it to be kept
 */
public record Recomputation(double operationsPerByte) {

    /** Keeps nothing but what lies between parts. */
    public static final Recomputation OF_ALL = new Recomputation(Double.POSITIVE_INFINITY);

    /**
     * Returns the choices there are.
     *
     * @return what keeps most, and so is fastest, first; {@link #OF_ALL} last
     */
    public static List<Recomputation> choices() {
        return List.of(
                new Recomputation(64),
                new Recomputation(256),
                new Recomputation(512),
                new Recomputation(1024),
                new Recomputation(2048),
                OF_ALL);
    }

    /**
     * Tells whether a value is kept.
     *
     * @param computed a value that a node computes
     * @return whether it costs enough
     */
    boolean keeps(Value computed) {
        return computed.producer()
                .map(node -> FlopCount.of(node)
                        >= operationsPerByte * computed.type().byteSize())
                .orElse(false);
    }

    /** Says it in words, for the name of a way to train. */
    @Override
    public String toString() {
        return equals(OF_ALL)
                ? "recomputation"
                : String.format(Locale.ROOT, "recomputation below %.0f operations a byte", operationsPerByte);
    }
}
