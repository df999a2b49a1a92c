package org.lamp4j.onnx.op;

import java.util.List;
import org.lamp4j.onnx.graph.Node;
import org.lamp4j.onnx.graph.Operator.TypeRule;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** Type rules that several operators share. */
final class Types {

    private Types() {}

    /** The output is of the type of the first input. */
    static final TypeRule SAME_AS_FIRST = node -> List.of(node.input(0).type());

    /** The output has the shape that the two inputs are broadcast to, and their element type. */
    static final TypeRule BROADCAST = node -> {
        sameElementType(node);
        Shape shape = broadcast(node.input(0).shape(), node.input(1).shape(), node);
        return List.of(new TensorType(node.input(0).elementType(), shape));
    };

    static List<TensorType> ofShape(Node node, Shape shape) {
        return List.of(new TensorType(node.input(0).elementType(), shape));
    }

    static void sameElementType(Node node) {
        for (Value input : node.inputs()) {
            if (input.elementType() != node.input(0).elementType()) {
                throw new IllegalArgumentException(
                        "expected inputs of one element type, but was " + node.inputs() + " (" + node.name() + ")");
            }
        }
    }

    static Shape broadcast(Shape a, Shape b, Node node) {
        int rank = Math.max(a.rank(), b.rank());
        int[] sizes = new int[rank];
        for (int fromEnd = 1; fromEnd <= rank; fromEnd++) {
            int sizeA = fromEnd <= a.rank() ? a.size(-fromEnd) : 1;
            int sizeB = fromEnd <= b.rank() ? b.size(-fromEnd) : 1;
            if (sizeA != sizeB && sizeA != 1 && sizeB != 1) {
                throw new ShapeMismatchException(
                        "expected shapes that broadcast, but was " + a + " and " + b + " (" + node.name() + ")");
            }
            sizes[rank - fromEnd] = sizeA == 1 ? sizeB : sizeA;
        }
        return Shape.of(sizes);
    }

    static ShapeMismatchException mismatch(String expected, Node node) {
        StringBuilder found = new StringBuilder();
        for (Value input : node.inputs()) {
            found.append(found.isEmpty() ? "" : " and ").append(input.shape());
        }
        return new ShapeMismatchException("expected " + expected + ", but was " + found + " (" + node.name() + ")");
    }
}
