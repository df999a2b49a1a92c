package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.layer.Linear.linear;
import static org.lamp4j.onnx.op.Activations.silu;
import static org.lamp4j.onnx.op.Casting.cast;
import static org.lamp4j.onnx.op.Elementwise.cos;
import static org.lamp4j.onnx.op.Elementwise.mul;
import static org.lamp4j.onnx.op.Elementwise.sin;
import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Layout.reshape;

import java.util.List;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.tensor.Shape;

/**
 * A timestep as a vector: {@code linear_2(silu(linear_1([cos t·ω, sin t·ω])))} with {@code ω_i = exp(-ln(10000) · i /
 * (half - shift))} (Ho et al., arXiv 2006.11239, appendix B).
 *
 * @param width number of sines and cosines together
 * @param cosineFirst whether the cosines come first, as in Stable Diffusion
 * @param frequencyShift taken off the number of frequencies in the exponent, 0 in Stable Diffusion
 */
public record TimeEmbedding(int width, boolean cosineFirst, float frequencyShift) {

    private static final int EXPANSION = 4;
    private static final double LONGEST_PERIOD = 10_000;

    /**
     * Builds the embedding.
     *
     * @param scope holds {@code linear_1} and {@code linear_2}
     * @param timesteps {@code [B]}, INT64
     * @return {@code [B, 4 · width]}
     */
    public Value apply(Scope scope, Value timesteps) {
        return scope.build(() -> {
            int half = width / 2;
            float[] frequencies = new float[half];
            for (int index = 0; index < half; index++) {
                // rounded to float32 after each operation, as the reference computes it
                float exponent = (float) -Math.log(LONGEST_PERIOD) * index / (half - frequencyShift);
                frequencies[index] = (float) Math.exp(exponent);
            }
            Value omega = scope.graph().constant(Shape.of(1, half), frequencies);
            Value t = reshape(
                    cast(timesteps, ElementType.FLOAT), timesteps.shape().size(0), 1);
            Value angles = mul(t, omega); // [B, half]
            List<Value> waves = cosineFirst ? List.of(cos(angles), sin(angles)) : List.of(sin(angles), cos(angles));
            Value sinusoid = cast(concat(1, waves), scope.elementType()); // [B, width]
            Value hidden = silu(linear(scope.child("linear_1"), sinusoid, EXPANSION * width));
            return linear(scope.child("linear_2"), hidden, EXPANSION * width);
        });
    }
}
