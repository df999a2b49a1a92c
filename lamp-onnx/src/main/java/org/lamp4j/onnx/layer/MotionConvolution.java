package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.op.Convolution.conv2d;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sigmoid;
import static org.lamp4j.onnx.op.Layout.reshape;

import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution.Window;

/**
 * LAMP's temporal-spatial motion-based convolution (Wu et al., arXiv 2310.10769, section 3.3). To the pre-trained
 * convolution y of each frame it adds a causal convolution m over time, weighted by a learned gate g:
 *
 * <pre>
 *   y   = conv2d(x)
 *   g   = sigmoid(conv_gate(y))
 *   m_f = W₀ · y_{f-2} + W₁ · y_{f-1} + W₂ · y_f + b        (zero before frame 0)
 *   out = y + g · m
 * </pre>
 *
 * With W and b zero, as it starts, it is the pre-trained convolution.
 */
public final class MotionConvolution {

    private static final int TIME_TAPS = 3;

    private static final Window CAUSAL = new Window(1, TIME_TAPS - 1, 0, 0, 0);

    private MotionConvolution() {}

    /**
     * Convolves a clip over space and time.
     *
     * @param scope holds {@code conv2d.weight [O, I, k, k]}, {@code conv_gate.weight [1, O, 3, 3]},
     *     {@code conv1d.weight [O, O, 3]} and their biases
     * @param x {@code [B, I, F, h, w]}
     * @param outputs O
     * @param kernelSize k
     * @param window stride and padding of the convolution over space
     * @return {@code [B, O, F, h', w']}
     */
    public static Value motionConvolution(Scope scope, Value x, int outputs, int kernelSize, Window window) {
        return scope.build(() -> {
            int frames = Frames.count(x);
            Value images = SpatialConvolution.ofImages(
                    scope.child("conv2d"), Frames.toImages(x), outputs, kernelSize, window); // [B·F, O, h', w']
            Value gates = sigmoid(SpatialConvolution.ofImages(
                    scope.child("conv_gate"), images, 1, 3, Window.padded(1))); // [B·F, 1, h', w']
            Value y = Frames.toClips(images, frames);
            Value g = Frames.toClips(gates, frames);
            Value m = overTime(scope.child("conv1d"), y);
            return add(y, mul(g, m));
        });
    }

    private static Value overTime(Scope scope, Value y) {
        return scope.build(() -> {
            int channels = Channels.count(y);
            Value kernel = scope.parameter("weight", channels, channels, TIME_TAPS);
            kernel = reshape(kernel, channels, channels, TIME_TAPS, 1);
            Value rows = Frames.asRows(y); // [B, C, F, h·w]
            return reshape(conv2d(rows, kernel, scope.parameter("bias", channels), CAUSAL), y.shape());
        });
    }
}
