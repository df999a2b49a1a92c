package org.lamp4j.onnx.model;

import static org.lamp4j.onnx.layer.Norms.layerNorm;
import static org.lamp4j.onnx.op.Convolution.conv2d;
import static org.lamp4j.onnx.op.Elementwise.add;
import static org.lamp4j.onnx.op.Layout.concat;
import static org.lamp4j.onnx.op.Layout.expand;
import static org.lamp4j.onnx.op.Layout.reshape;
import static org.lamp4j.onnx.op.Slicing.slice;

import java.util.List;
import java.util.Optional;
import org.lamp4j.onnx.config.ClipVisionConfig;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.layer.Channels;
import org.lamp4j.onnx.layer.ClipTransformer;
import org.lamp4j.onnx.layer.Linear;
import org.lamp4j.onnx.layer.Scope;
import org.lamp4j.onnx.op.Convolution.Window;
import org.lamp4j.tensor.Shape;

/**
 * CLIP's vision tower (Radford et al., arXiv 2103.00020): a transformer over the patches of an image and one token
 * more, whose last state stands for the image.
 */
public final class ClipVisionEncoder {

    private final ClipVisionConfig config;
    private final int embeddingWidth;

    /**
     * Creates the tower's plan.
     *
     * @param config its dimensions
     * @param embeddingWidth E, width of the space that it shares with the text tower
     */
    public ClipVisionEncoder(ClipVisionConfig config, int embeddingWidth) {
        this.config = config;
        this.embeddingWidth = embeddingWidth;
    }

    /**
     * Builds the tower.
     *
     * @param root scope of the CLIP model's parameters, of empty path
     * @param images {@code [B, 3, S, S]}, normalised
     * @return the images' embeddings {@code [B, E]}, of any length
     */
    public Value apply(Scope root, Value images) {
        Scope scope = root.child("vision_model");
        Value x = layerNorm(scope.child("pre_layrnorm"), tokens(scope.child("embeddings"), images), config.epsilon());
        ClipTransformer transformer = new ClipTransformer(
                config.layers(),
                config.heads(),
                config.feedForwardWidth(),
                config.epsilon(),
                ClipActivation.of(config.activation()));
        x = transformer.apply(scope, x, Optional.empty()); // [B, 1 + patches, D]
        Value first = reshape(slice(x, 1, 0, 1), images.shape().size(0), config.width());
        Value pooled = layerNorm(scope.child("post_layernorm"), first, config.epsilon());
        return Linear.linearWithoutBias(root.child("visual_projection"), pooled, embeddingWidth);
    }

    /** The token that stands for the image, then its patches row by row, each with its position added. */
    private Value tokens(Scope scope, Value images) {
        return scope.build(() -> {
            int batch = images.shape().size(0);
            int width = config.width();
            int patch = config.patchSize();
            Value kernel = scope.child("patch_embedding").parameter("weight", width, 3, patch, patch);
            Value patches = conv2d(Channels.inside(images), kernel, new Window(patch, 0, 0, 0, 0)); // [B, D, s, s]
            Value rows = Channels.tokens(patches); // [B, patches, D]
            Value own = expand(scope.parameter("class_embedding", width), Shape.of(batch, 1, width));
            Value positions = scope.child("position_embedding").parameter("weight", config.patches() + 1, width);
            return add(concat(1, List.of(own, rows)), positions);
        });
    }
}
