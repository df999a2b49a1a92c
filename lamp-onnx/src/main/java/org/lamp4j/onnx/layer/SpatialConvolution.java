package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.op.Convolution.conv2d;

import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution.Window;

/** A convolution of images, as the pre-trained networks have it. */
public final class SpatialConvolution {

    private SpatialConvolution() {}

    /**
     * Convolves images.
     *
     * @param scope holds {@code weight [O, I, k, k]} and {@code bias [O]}
     * @param x {@code [n, I, H, W]}
     * @param outputs O
     * @param kernelSize k
     * @param window stride and padding
     * @return {@code [n, O, H', W']}
     */
    public static Value ofImages(Scope scope, Value x, int outputs, int kernelSize, Window window) {
        return scope.build(() -> {
            Value kernel = scope.parameter("weight", outputs, Channels.count(x), kernelSize, kernelSize);
            return conv2d(x, kernel, scope.parameter("bias", outputs), window);
        });
    }

    /**
     * Convolves a clip frame by frame.
     *
     * @param scope holds {@code weight [O, I, k, k]} and {@code bias [O]}
     * @param x {@code [B, I, F, h, w]}
     * @param outputs O
     * @param kernelSize k
     * @param window stride and padding
     * @return {@code [B, O, F, h', w']}
     */
    public static Value ofFrames(Scope scope, Value x, int outputs, int kernelSize, Window window) {
        return scope.build(() -> {
            Value frames = Frames.toImages(x); // [B·F, I, h, w]
            Value convolved = ofImages(scope, frames, outputs, kernelSize, window);
            return Frames.toClips(convolved, Frames.count(x));
        });
    }
}
