package org.lamp4j.onnx.layer;

import static org.lamp4j.onnx.layer.Linear.linear;
import static org.lamp4j.onnx.layer.Norms.groupNorm;
import static org.lamp4j.onnx.op.Activations.silu;
import static org.lamp4j.onnx.op.Elementwise.add;

import java.util.Optional;
import org.lamp4j.onnx.graph.Value;

/**
 * The residual block of VAE and UNet, the same for images and for clips.
 *
 * @param convolution the convolution it is made of
 * @param groups number of groups of its GroupNorms
 * @param epsilon ε of its GroupNorms
 */
public record ResnetBlock(ConvolutionLayer convolution, int groups, float epsilon) {

    /**
     * Builds the block.
     *
     * @param scope holds {@code norm1 conv1 norm2 conv2}, {@code time_emb_proj} if there is a time embedding, and
     *     {@code conv_shortcut} if the number of channels changes
     * @param x {@code [n, I, …]}
     * @param timeEmbedding {@code [n, T]}, after its SiLU; empty in a VAE
     * @param outputs O
     * @return {@code [n, O, …]}
     */
    public Value apply(Scope scope, Value x, Optional<Value> timeEmbedding, int outputs) {
        return scope.build(() -> {
            Value h = silu(groupNorm(scope.child("norm1"), x, groups, epsilon));
            h = convolution.same(scope.child("conv1"), h, outputs, 3);
            if (timeEmbedding.isPresent()) {
                Value shift = linear(scope.child("time_emb_proj"), timeEmbedding.get(), outputs); // [n, O]
                h = add(h, Channels.overPositions(shift, h));
            }
            h = silu(groupNorm(scope.child("norm2"), h, groups, epsilon));
            h = convolution.same(scope.child("conv2"), h, outputs, 3);
            Value shortcut =
                    Channels.count(x) == outputs ? x : convolution.same(scope.child("conv_shortcut"), x, outputs, 1);
            return scope.graph().cutAfter(add(shortcut, h));
        });
    }
}
