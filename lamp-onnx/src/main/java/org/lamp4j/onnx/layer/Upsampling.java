package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.op.Layout.expand;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Slicing.slice;

import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/** Nearest-neighbour enlargement of the two innermost axes. */
public final class Upsampling {

    private Upsampling() {}

    /**
     * Shows each pixel as 2×2.
     *
     * @param x {@code […, h, w]}
     * @return {@code […, 2h, 2w]}
     */
    public static Value twice(Value x) {
        Shape shape = x.shape();
        int height = shape.size(-2);
        int width = shape.size(-1);
        int outer = Math.toIntExact(shape.elementCount() / height / width);
        Value spread = expand(reshape(x, outer, height, 1, width, 1), Shape.of(outer, height, 2, width, 2));
        return reshape(spread, shape.with(-2, 2 * height).with(-1, 2 * width));
    }

    /**
     * Enlarges to a size that halving with rounding up made from it: {@code 2h} or {@code 2h - 1}. PyTorch's
     * {@code floor(i · h / H)} then is {@code floor(i / 2)}, so that cutting the doubled image gives the same.
     *
     * @param x {@code […, h, w]}
     * @param like a value whose two innermost axes have the wanted size
     * @return {@code […, H, W]}
     */
    public static Value toSizeOf(Value x, Value like) {
        Value doubled = twice(x);
        Value cut = slice(doubled, -2, 0, like.shape().size(-2));
        return slice(cut, -1, 0, like.shape().size(-1));
    }
}
