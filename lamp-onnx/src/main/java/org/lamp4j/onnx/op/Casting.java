package org.lamp4j.onnx.op;

import java.util.List;
import java.util.Map;
import org.lamp4j.onnx.graph.Attribute;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Operator;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.graph.Value;

/** Changes of element type. */
public final class Casting {

    /** {@code Y = X} in another element type: {@code dX = dY} in the first one. */
    static final Operator CAST = Operator.named("Cast", "input")
            .types(node -> {
                ElementType to = elementType(node.longAttribute("to"));
                return List.of(new TensorType(to, node.input(0).shape()));
            })
            .flops(Flops.NONE)
            .gradient(0, (node, dY, input) -> cast(dY, node.input(0).elementType()))
            .build();

    private Casting() {}

    /**
     * Returns the same numbers in another element type.
     *
     * @param x any tensor
     * @param to the element type
     * @return {@code x} itself if it is of that type already
     */
    public static Value cast(Value x, ElementType to) {
        return x.elementType() == to ? x : CAST.apply(Map.of("to", Attribute.of(to.code())), x);
    }

    private static ElementType elementType(long code) {
        for (ElementType type : ElementType.values()) {
            if (type.code() == code) {
                return type;
            }
        }
        throw new IllegalArgumentException("expected the code of an element type, but was " + code);
    }
}
