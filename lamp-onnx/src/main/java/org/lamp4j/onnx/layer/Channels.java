package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Layout.transpose;
import static org.lamp4j.onnx.op.Layout.transposeLast;

import java.util.List;
import java.util.stream.IntStream;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/**
 * Where the channels of a network's images and clips lie: on axis 1, {@code [n, C, H, W]} and {@code [B, C, F, h, w]},
 * or, where the graph's {@linkplain org.lamp4j.onnx.graph.Target#hasChannelsLast() target} has them last, {@code [n, H,
 * W, C]} and {@code [B, F, h, w, C]}. All other axes keep their order. Layers write {@code [n, C, …]} for both.
 */
public final class Channels {

    private Channels() {}

    private static boolean areLast(Value x) {
        return x.graph().target().hasChannelsLast();
    }

    /**
     * Returns on which axis of an image or clip the channels lie.
     *
     * @param x {@code [n, C, …]}
     * @return 1 or the innermost axis
     */
    public static int axis(Value x) {
        return areLast(x) ? x.shape().rank() - 1 : 1;
    }

    /**
     * Returns the number of channels of an image or clip.
     *
     * @param x {@code [n, C, …]}
     * @return C
     */
    public static int count(Value x) {
        return x.shape().size(axis(x));
    }

    /**
     * Brings what a network is given, with its channels on axis 1, into the network's order.
     *
     * @param x {@code [n, C, H, W]} or {@code [B, C, F, h, w]}
     * @return {@code [n, C, …]}
     */
    public static Value inside(Value x) {
        int rank = x.shape().rank();
        int[] order = IntStream.range(0, rank)
                .map(axis -> axis == 0 ? 0 : axis == rank - 1 ? 1 : axis + 1)
                .toArray();
        return areLast(x) ? transpose(x, order) : x;
    }

    /**
     * Brings what a network gives into the order in which its channels are on axis 1.
     *
     * @param x {@code [n, C, …]}
     * @return {@code [n, C, H, W]} or {@code [B, C, F, h, w]}
     */
    public static Value outside(Value x) {
        int rank = x.shape().rank();
        int[] order = IntStream.range(0, rank)
                .map(axis -> axis == 0 ? 0 : axis == 1 ? rank - 1 : axis - 1)
                .toArray();
        return areLast(x) ? transpose(x, order) : x;
    }

    /**
     * Joins images or clips by their channels.
     *
     * @param parts {@code [n, Cᵢ, …]}, at least one
     * @return {@code [n, ΣCᵢ, …]}
     */
    public static Value joined(List<Value> parts) {
        return concat(axis(parts.get(0)), parts);
    }

    /** Shapes a number for each image and channel, {@code [n, C]}, so that it broadcasts over images or clips. */
    static Value overPositions(Value perChannel, Value like) {
        int[] sizes = IntStream.range(0, like.shape().rank())
                .map(axis -> axis == 0 ? perChannel.shape().size(0) : 1)
                .toArray();
        sizes[axis(like)] = perChannel.shape().size(1);
        return reshape(perChannel, sizes);
    }

    /** Returns the axis of an image's height, or of a clip's; its width is on the next one. */
    static int heightAxis(Value x) {
        return x.shape().rank() - (areLast(x) ? 3 : 2);
    }

    /**
     * Turns images or clips into tokens, one for each pixel.
     *
     * @param x {@code [n, C, …]}
     * @return {@code [n, P, C]}
     */
    public static Value tokens(Value x) {
        Shape shape = x.shape();
        int channels = count(x);
        int pixels = Math.toIntExact(shape.elementCount() / shape.size(0) / channels);
        return areLast(x)
                ? reshape(x, shape.size(0), pixels, channels)
                : transposeLast(reshape(x, shape.size(0), channels, pixels));
    }

    /**
     * Turns tokens back into images or clips.
     *
     * @param tokens {@code [n, P, C]}
     * @param like a value of the shape of the result
     * @return {@code [n, C, …]}
     */
    public static Value ofTokens(Value tokens, Value like) {
        return reshape(areLast(tokens) ? tokens : transposeLast(tokens), like.shape());
    }
}
