package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.op.Layout.expand;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Slicing.slice;

import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/** Nearest-neighbour enlargement of images and clips. */
public final class Upsampling {

    private Upsampling() {}

    /**
     * Shows each pixel as 2×2.
     *
     * @param x {@code [n, C, …, h, w]}
     * @return {@code [n, C, …, 2h, 2w]}
     */
    public static Value twice(Value x) {
        Shape shape = x.shape();
        int axis = Channels.heightAxis(x);
        int height = shape.size(axis);
        int width = shape.size(axis + 1);
        int inner = axis + 2 == shape.rank() ? 1 : shape.size(axis + 2);
        int outer = Math.toIntExact(shape.elementCount() / height / width / inner);
        Value spread =
                expand(reshape(x, outer, height, 1, width, 1, inner), Shape.of(outer, height, 2, width, 2, inner));
        return reshape(spread, shape.with(axis, 2 * height).with(axis + 1, 2 * width));
    }

    /**
     * Enlarges to a size that halving with rounding up made from it: {@code 2h} or {@code 2h - 1}. PyTorch's
     * {@code floor(i · h / H)} then is {@code floor(i / 2)}, so that cutting the doubled image gives the same.
     *
     * @param x {@code [n, C, …, h, w]}
     * @param like a value of the wanted height and width
     * @return {@code [n, C, …, H, W]}
     */
    public static Value toSizeOf(Value x, Value like) {
        int axis = Channels.heightAxis(x);
        Value cut = slice(twice(x), axis, 0, like.shape().size(axis));
        return slice(cut, axis + 1, 0, like.shape().size(axis + 1));
    }
}
