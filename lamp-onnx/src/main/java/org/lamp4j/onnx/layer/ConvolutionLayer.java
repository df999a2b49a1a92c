package org.lamp4j.onnx.layer;

import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Convolution.Window;

/** The convolution that a network's blocks are made of: {@link SpatialConvolution} or {@link MotionConvolution}. */
@FunctionalInterface
public interface ConvolutionLayer {

    /**
     * Convolves.
     *
     * @param scope where its parameters are
     * @param x the input, {@code [n, I, …]}
     * @param outputs number of output channels
     * @param kernelSize pixels across and down, 1 or 3
     * @param window stride and padding
     * @return the output, {@code [n, O, …]}
     */
    Value apply(Scope scope, Value x, int outputs, int kernelSize, Window window);

    /**
     * Convolves without changing height and width.
     *
     * @param scope where its parameters are
     * @param x the input, {@code [n, I, …]}
     * @param outputs number of output channels
     * @param kernelSize pixels across and down, 1 or 3
     * @return the output, {@code [n, O, …]}
     */
    default Value same(Scope scope, Value x, int outputs, int kernelSize) {
        return apply(scope, x, outputs, kernelSize, Window.padded(kernelSize / 2));
    }
}
