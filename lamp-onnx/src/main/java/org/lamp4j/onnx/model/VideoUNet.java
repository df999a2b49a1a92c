package org.lamp4j.onnx.model;

import static org.lamp4j.onnx.layer.Norms.groupNorm;
import static org.lamp4j.onnx.op.Activations.silu;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.config.VideoUNetConfig.Level;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.Channels;
import org.lamp4j.onnx.layer.ConvolutionLayer;
import org.lamp4j.onnx.layer.MotionConvolution;
import org.lamp4j.onnx.layer.ResnetBlock;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.layer.SpatialConvolution;
import org.lamp4j.onnx.layer.TimeEmbedding;
import org.lamp4j.onnx.layer.Upsampling;
import org.lamp4j.onnx.layer.VideoTransformer;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.tensor.ShapeMismatchException;

/** The UNet that predicts noise: of images, as it was pre-trained, or of clips, inflated as LAMP does. */
public final class VideoUNet {

    /** What the UNet sees. */
    public enum Variant {
        /** Images, {@code F = 1}: the pre-trained network. */
        IMAGE,
        /** Clips: every convolution is a {@link MotionConvolution}, every pixel attends over time. */
        VIDEO
    }

    /**
     * What the network gives.
     *
     * @param prediction its output, in the shape of the latents
     * @param deepFeatures what comes from below to its last layer, which joins them to what {@code conv_in} gives:
     *     {@code [B, C, F, h, w]} in the {@linkplain Channels order} of the graph, with the channels of level 1, or of
     *     level 0 where a block has several layers. Nearly all of the network computes them, and they change little
     *     from one timestep to the next
     * @see <a href="https://arxiv.org/abs/2312.00858">Ma et al., DeepCache</a>, section 3.2
     */
    public record Output(Value prediction, Value deepFeatures) {}

    private static final Window HALVING = new Window(2, 1, 1, 1, 1);

    private final VideoUNetConfig config;
    private final Variant variant;
    private final ConvolutionLayer convolution;
    private final ResnetBlock resnet;

    /**
     * Creates the network's plan.
     *
     * @param config its dimensions
     * @param variant what it sees
     */
    public VideoUNet(VideoUNetConfig config, Variant variant) {
        this.config = config;
        this.variant = variant;
        this.convolution =
                variant == Variant.VIDEO ? MotionConvolution::motionConvolution : SpatialConvolution::ofFrames;
        this.resnet = new ResnetBlock(convolution, config.groups(), config.epsilon());
    }

    /**
     * Builds the network.
     *
     * @param root scope of the UNet's parameters, of empty path
     * @param latents {@code [B, C, F, h, w]}, in the scope's element type
     * @param timesteps {@code [B]}, INT64
     * @param context text hidden states {@code [B, N, D]}, in the scope's element type
     * @return its output, in the shape of {@code latents}
     * @throws ShapeMismatchException if an input has another shape
     */
    public Value apply(Scope root, Value latents, Value timesteps, Value context) {
        return outputs(root, latents, timesteps, context).prediction();
    }

    /**
     * Builds the network as {@link #apply} does, and tells where its deep part ends.
     *
     * @param root scope of the UNet's parameters, of empty path
     * @param latents {@code [B, C, F, h, w]}, in the scope's element type
     * @param timesteps {@code [B]}, INT64
     * @param context text hidden states {@code [B, N, D]}, in the scope's element type
     * @return its output, and what its last layer gets from below
     * @throws ShapeMismatchException if an input has another shape
     */
    public Output outputs(Scope root, Value latents, Value timesteps, Value context) {
        if (latents.shape().rank() != 5
                || latents.shape().size(1) != config.inChannels()
                || context.shape().rank() != 3
                || context.shape().size(2) != config.contextWidth()
                || (variant == Variant.IMAGE && latents.shape().size(2) != 1)) {
            throw new ShapeMismatchException("expected latents [B, " + config.inChannels() + ", "
                    + (variant == Variant.IMAGE ? "1" : "F") + ", h, w] and context [B, N, " + config.contextWidth()
                    + "], but was " + latents.shape() + " and " + context.shape() + " (VideoUNet)");
        }
        int width = config.levels().get(0).channels();
        TimeEmbedding embedding = new TimeEmbedding(width, config.cosineFirst(), config.frequencyShift());
        Value time = silu(embedding.apply(root.child("time_embedding"), timesteps)); // every ResNet applies the SiLU
        Deque<Value> skips = new ArrayDeque<>();
        Value x = convolution.same(root.child("conv_in"), Channels.inside(latents), width, 3);
        skips.push(x);
        for (int level = 0; level < config.levels().size(); level++) {
            x = down(root.child("down_blocks." + level), level, x, time, context, skips);
        }
        x = middle(root.child("mid_block"), x, time, context);
        Output top = up(root, x, time, context, skips);
        x = silu(groupNorm(root.child("conv_norm_out"), top.prediction, config.groups(), config.epsilon()));
        x = convolution.same(root.child("conv_out"), x, config.outChannels(), 3);
        return new Output(Channels.outside(x), top.deepFeatures);
    }

    private Value down(Scope scope, int index, Value input, Value time, Value context, Deque<Value> skips) {
        Value x = input;
        Level level = config.levels().get(index);
        for (int layer = 0; layer < config.layersPerBlock(); layer++) {
            x = resnet.apply(scope.child("resnets." + layer), x, Optional.of(time), level.channels());
            if (level.attentionGoingDown()) {
                x = transformer(scope, level).apply(scope.child("attentions." + layer), x, context);
            }
            skips.push(x);
        }
        if (index < config.levels().size() - 1) {
            x = convolution.apply(scope.child("downsamplers.0.conv"), x, level.channels(), 3, HALVING);
            skips.push(x);
        }
        return x;
    }

    private Value middle(Scope scope, Value input, Value time, Value context) {
        Level last = config.levels().get(config.levels().size() - 1);
        Value x = resnet.apply(scope.child("resnets.0"), input, Optional.of(time), last.channels());
        x = transformer(scope, last).apply(scope.child("attentions.0"), x, context);
        return resnet.apply(scope.child("resnets.1"), x, Optional.of(time), last.channels());
    }

    /** Returns what the last layer gives, and what comes to it from below. */
    private Output up(Scope root, Value bottom, Value time, Value context, Deque<Value> skips) {
        Value x = bottom;
        Value below = bottom;
        for (int index = config.levels().size() - 1; index >= 0; index--) {
            Scope scope = root.child("up_blocks." + (config.levels().size() - 1 - index));
            Level level = config.levels().get(index);
            for (int layer = 0; layer <= config.layersPerBlock(); layer++) {
                below = x;
                Value joined = Channels.joined(List.of(x, skips.pop()));
                x = resnet.apply(scope.child("resnets." + layer), joined, Optional.of(time), level.channels());
                if (level.attentionGoingUp()) {
                    x = transformer(scope, level).apply(scope.child("attentions." + layer), x, context);
                }
            }
            if (index > 0) {
                x = Upsampling.toSizeOf(x, skips.peek());
                x = convolution.same(scope.child("upsamplers.0.conv"), x, level.channels(), 3);
            }
        }
        return new Output(x, below);
    }

    private VideoTransformer transformer(Scope scope, Level level) {
        return new VideoTransformer(
                config.groups(),
                level.heads(),
                config.linearProjection(),
                variant == Variant.VIDEO,
                scope.graph().target().portionBytes());
    }
}
