package org.lamp4j.onnx.model;

import static org.lamp4j.onnx.layer.Attention.attention;
import static org.lamp4j.onnx.layer.Norms.groupNorm;
import static org.lamp4j.onnx.op.Activations.silu;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Elementwise.clip;
import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Slicing.slice;

import java.util.List;
import java.util.Optional;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.Channels;
import org.lamp4j.onnx.layer.ConvolutionLayer;
import org.lamp4j.onnx.layer.Linear;
import org.lamp4j.onnx.layer.ResnetBlock;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.layer.SpatialConvolution;
import org.lamp4j.onnx.layer.Upsampling;
import org.lamp4j.onnx.op.Convolution.Window;

/** The auto-encoder between images and latents, AutoencoderKL in diffusers. */
public final class Vae {

    private static final float EPSILON = 1e-6f;
    private static final float SMALLEST_LOG_VARIANCE = -30;
    private static final float LARGEST_LOG_VARIANCE = 20;

    /** Stride 2, with zeros at the right and at the bottom only. */
    private static final Window HALVING = new Window(2, 0, 0, 1, 1);

    private final VaeConfig config;
    private final ConvolutionLayer convolution = SpatialConvolution::ofImages;
    private final ResnetBlock resnet;

    /**
     * Creates the network's plan.
     *
     * @param config its dimensions
     */
    public Vae(VaeConfig config) {
        this.config = config;
        this.resnet = new ResnetBlock(convolution, config.groups(), EPSILON);
    }

    /**
     * Mean and log-variance of the latents' distribution.
     *
     * @param mean {@code [n, C, h, w]}, unscaled
     * @param logVariance same shape, in -30 to 20
     */
    public record Moments(Value mean, Value logVariance) {

        /**
         * Returns both as one value.
         *
         * @return {@code [n, 2C, h, w]}, the means first
         */
        public Value joined() {
            return concat(1, List.of(mean, logVariance));
        }
    }

    /**
     * Builds the encoder.
     *
     * @param root scope of the VAE's parameters, of empty path
     * @param images {@code [n, 3, H, W]}, in -1 to 1
     * @return the moments, {@code h = H / factor}
     */
    public Moments encode(Scope root, Value images) {
        Scope scope = root.child("encoder");
        int levels = config.blockOutChannels().size();
        Value x = convolution.same(
                scope.child("conv_in"),
                Channels.inside(images),
                config.blockOutChannels().get(0),
                3);
        for (int level = 0; level < levels; level++) {
            Scope block = scope.child("down_blocks." + level);
            int channels = config.blockOutChannels().get(level);
            for (int layer = 0; layer < config.layersPerBlock(); layer++) {
                x = resnet.apply(block.child("resnets." + layer), x, Optional.empty(), channels);
            }
            if (level < levels - 1) {
                x = convolution.apply(block.child("downsamplers.0.conv"), x, channels, 3, HALVING);
            }
        }
        int latentChannels = config.latentChannels();
        x = end(scope, middle(scope.child("mid_block"), x), 2 * latentChannels);
        x = Channels.outside(convolution.same(root.child("quant_conv"), x, 2 * latentChannels, 1));
        Value logVariance = slice(x, 1, latentChannels, 2 * latentChannels);
        return new Moments(
                slice(x, 1, 0, latentChannels), clip(logVariance, SMALLEST_LOG_VARIANCE, LARGEST_LOG_VARIANCE));
    }

    /**
     * Builds the decoder.
     *
     * @param root scope of the VAE's parameters, of empty path
     * @param latents {@code [n, C, h, w]}, unscaled
     * @return the images {@code [n, 3, h · factor, w · factor]}, about -1 to 1
     */
    public Value decode(Scope root, Value latents) {
        Scope scope = root.child("decoder");
        int levels = config.blockOutChannels().size();
        Value x = Channels.inside(latents);
        x = convolution.same(root.child("post_quant_conv"), x, config.latentChannels(), 1);
        x = convolution.same(
                scope.child("conv_in"), x, config.blockOutChannels().get(levels - 1), 3);
        x = middle(scope.child("mid_block"), x);
        for (int index = 0; index < levels; index++) {
            Scope block = scope.child("up_blocks." + index);
            int channels = config.blockOutChannels().get(levels - 1 - index);
            for (int layer = 0; layer <= config.layersPerBlock(); layer++) {
                x = resnet.apply(block.child("resnets." + layer), x, Optional.empty(), channels);
            }
            if (index < levels - 1) {
                x = convolution.same(block.child("upsamplers.0.conv"), Upsampling.twice(x), channels, 3);
            }
        }
        return Channels.outside(end(scope, x, config.imageChannels()));
    }

    private Value middle(Scope scope, Value input) {
        int channels = Channels.count(input);
        Value x = resnet.apply(scope.child("resnets.0"), input, Optional.empty(), channels);
        x = attend(scope.child("attentions.0"), x);
        return resnet.apply(scope.child("resnets.1"), x, Optional.empty(), channels);
    }

    private Value end(Scope scope, Value x, int outputs) {
        Value normed = silu(groupNorm(scope.child("conv_norm_out"), x, config.groups(), EPSILON));
        return convolution.same(scope.child("conv_out"), normed, outputs, 3);
    }

    /** Single-head attention between all pixels of an image; its keys are spelled in an old and in a new way. */
    private Value attend(Scope scope, Value x) {
        return scope.build(() -> {
            int channels = Channels.count(x);
            Value tokens = Channels.tokens(groupNorm(scope.child("group_norm"), x, config.groups(), EPSILON));
            boolean old = scope.child("query").has("weight");
            Value q = Linear.linear(scope.child(old ? "query" : "to_q"), tokens, channels); // [n, hw, C]
            Value k = Linear.linear(scope.child(old ? "key" : "to_k"), tokens, channels);
            Value v = Linear.linear(scope.child(old ? "value" : "to_v"), tokens, channels);
            Value attended =
                    Linear.linear(scope.child(old ? "proj_attn" : "to_out.0"), attention(q, k, v, 1), channels);
            return add(Channels.ofTokens(attended, x), x);
        });
    }
}
