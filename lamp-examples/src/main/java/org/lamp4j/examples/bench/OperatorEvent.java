package org.lamp4j.examples.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lamp4j.tensor.Shape;

/**
 * One run of one operator, as ONNX Runtime's profiler records it. Weights that ONNX Runtime has packed for itself are
 * not among the inputs.
 *
 * @param operator its name, after ONNX Runtime has merged what it can
 * @param seconds how long it ran
 * @param inputs shapes of the inputs
 * @param outputs shapes of the outputs
 */
public record OperatorEvent(String operator, double seconds, List<Shape> inputs, List<Shape> outputs) {

    private static final double MICROSECOND = 1e-6;

    /** Reads an event of category {@code Node}. */
    static OperatorEvent of(JsonNode event) {
        JsonNode details = event.path("args");
        return new OperatorEvent(
                details.path("op_name").asText(),
                event.path("dur").asDouble() * MICROSECOND,
                shapes(details.path("input_type_shape")),
                shapes(details.path("output_type_shape")));
    }

    /** Reads {@code [{"float": [1, 20, 64]}, …]}. */
    private static List<Shape> shapes(JsonNode types) {
        List<Shape> shapes = new ArrayList<>();
        for (JsonNode type : types) {
            JsonNode sizes = type.elements().next();
            shapes.add(Shape.of(IntStream.range(0, sizes.size())
                    .map(axis -> sizes.get(axis).asInt())
                    .toArray()));
        }
        return shapes;
    }

    /**
     * Returns the operations of a convolution or matrix product; 0 of all else, and where a packed kernel hides them.
     */
    long flops() {
        return switch (operator) {
            case "Conv", "FusedConv" -> inputs.size() > 1 ? 2 * outputs.get(0).elementCount() * taps() : 0;
            case "MatMul", "FusedMatMul", "Gemm" -> 2 * outputs.get(0).elementCount() * innerSize();
            default -> 0;
        };
    }

    private long taps() {
        Shape kernel = inputs.get(1);
        return kernel.elementCount() / kernel.size(0);
    }

    /**
     * Finds k of {@code [b, m, k] · [b, k, n]}, either of which may be stored transposed: the sizes of both factors
     * multiply to b² m n k², that of the product is b m n.
     */
    private long innerSize() {
        Shape left = inputs.get(0);
        if (inputs.size() < 2 || inputs.get(1).rank() < 2) {
            return left.size(-1);
        }
        Shape right = inputs.get(1);
        double square = (double) left.elementCount()
                * right.elementCount()
                / outputs.get(0).elementCount()
                / Math.min(batch(left), batch(right));
        return Math.round(Math.sqrt(square));
    }

    private static long batch(Shape shape) {
        return Arrays.stream(shape.sizes())
                .limit(shape.rank() - 2)
                .asLongStream()
                .reduce(1, (a, b) -> a * b);
    }

    /** Names the operator with the shapes that decide its cost. */
    String withShapes() {
        String factors = inputs.stream()
                .limit(2)
                .filter(shape -> shape.rank() > 1)
                .map(Shape::toString)
                .collect(Collectors.joining(" "));
        return operator + " " + factors + " → " + outputs.get(0);
    }
}
