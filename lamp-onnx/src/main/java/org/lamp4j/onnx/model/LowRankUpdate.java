package org.lamp4j.onnx.model;

import java.util.Optional;
import org.lamp4j.tensor.Shape;

/**
 * The names and shapes of the two factors of a matrix's low-rank update, W = W<sub>0</sub> + (α/r) B A. A tensor of
 * more than two axes counts as the matrix {@code [O, I]} with its inner axes joined, a convolution over time {@code [C,
 * C, 3]} as {@code [C, 3C]}.
 *
 * @param key key of W in the video UNet, such as {@code conv_in.conv1d.weight}
 * @param shape shape of W
 * @param rank r
 * @see <a href="https://arxiv.org/abs/2106.09685">Hu et al., LoRA</a>, equation 3
 */
public record LowRankUpdate(String key, Shape shape, int rank) {

    private static final String WEIGHT = ".weight";
    private static final String FIRST = ".lora_A.weight";
    private static final String SECOND = ".lora_B.weight";

    /**
     * Returns the update of a parameter, if it has less values than the parameter itself. Vectors and gates have none.
     *
     * @param key key of the parameter
     * @param shape its shape
     * @param rank r
     * @return the update; empty if it would save nothing
     */
    public static Optional<LowRankUpdate> of(String key, Shape shape, int rank) {
        if (shape.rank() < 2 || !key.endsWith(WEIGHT)) {
            return Optional.empty();
        }
        LowRankUpdate update = new LowRankUpdate(key, shape, rank);
        long factors = (long) rank * (update.outputs() + update.inputs());
        return factors < shape.elementCount() ? Optional.of(update) : Optional.empty();
    }

    /** Returns whether a parameter's name is that of a factor. */
    static boolean isFactor(String name) {
        return name.endsWith(FIRST) || name.endsWith(SECOND);
    }

    /** Returns the key of the matrix that a factor is of. */
    static String keyOf(String factor) {
        return factor.substring(0, factor.length() - FIRST.length()) + WEIGHT;
    }

    private int outputs() {
        return shape.size(0);
    }

    private int inputs() {
        return Math.toIntExact(shape.elementCount() / outputs());
    }

    private String module() {
        return key.substring(0, key.length() - WEIGHT.length());
    }

    /**
     * Returns the name of A.
     *
     * @return such as {@code conv_in.conv1d.lora_A.weight}
     */
    public String aName() {
        return module() + FIRST;
    }

    /**
     * Returns the shape of A.
     *
     * @return {@code [r, I]}
     */
    public Shape aShape() {
        return Shape.of(rank, inputs());
    }

    /**
     * Returns the name of B.
     *
     * @return such as {@code conv_in.conv1d.lora_B.weight}
     */
    public String bName() {
        return module() + SECOND;
    }

    /**
     * Returns the shape of B.
     *
     * @return {@code [O, r]}
     */
    public Shape bShape() {
        return Shape.of(outputs(), rank);
    }
}
