package org.lamp4j.onnx.model;

import java.util.Optional;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * Why a pattern's parameter does not fit a network. Whether that is a wrong argument or a damaged file, those know who
 * have the pattern from a program or from a file.
 *
 * @param parameter the parameter's name
 * @param problem what was expected, what was found, and where
 * @param isOfShape whether the parameter is known, but in another shape
 */
public record Misfit(String parameter, String problem, boolean isOfShape) {

    /**
     * Describes what is no matter of shapes.
     *
     * @param parameter the parameter's name
     * @param problem what was expected, what was found, and where
     */
    public Misfit(String parameter, String problem) {
        this(parameter, problem, false);
    }

    /**
     * Compares shapes.
     *
     * @param parameter the parameter
     * @param shape the shape it must have
     * @param where the place, for the message
     * @return what does not fit; empty if it is that shape
     */
    public static Optional<Misfit> ofShape(MotionWeights.Parameter parameter, Shape shape, String where) {
        return parameter.shape().equals(shape)
                ? Optional.empty()
                : Optional.of(new Misfit(
                        parameter.name(),
                        "expected " + parameter.name() + " " + shape + ", but was " + parameter.shape() + " (" + where
                                + ")",
                        true));
    }

    /**
     * Returns what refuses the pattern as an argument.
     *
     * @return the exception to throw; a {@link ShapeMismatchException} where the shape is another
     */
    public IllegalArgumentException asArgument() {
        return isOfShape ? new ShapeMismatchException(problem) : new IllegalArgumentException(problem);
    }
}
