package org.lamp4j.generation.pipeline;

import java.util.List;
import org.lamp4j.errors.NonFiniteException;
import org.lamp4j.motion.MotionWeights;
import org.lamp4j.spi.BackboneModel;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** Frames of a clip's latents as pixels. */
final class DecodedFrames {

    private static final MotionWeights NO_MOTION = MotionWeights.of(List.of());

    private DecodedFrames() {}

    /**
     * Decodes one frame, so that memory does not grow with the clip.
     *
     * @param model the model whose auto-encoder decodes
     * @param latents {@code [1, C, F, h, w]}, scaled
     * @param frameIndex which frame
     * @return {@code [3, H, W]}, 0 to 1
     * @throws NonFiniteException if a pixel is no finite number
     */
    static FloatTensor decode(BackboneModel model, FloatTensor latents, int frameIndex) {
        LatentCodec codec = model.latentCodec();
        FloatTensor latent = latents.slice(2, frameIndex, frameIndex + 1);
        Shape shape = latent.shape();
        FloatTensor decoded = codec.decode(latent.reshape(Shape.of(1, shape.size(1), shape.size(3), shape.size(4)))
                .times(1 / codec.scalingFactor()));
        model.requireFinite(decoded, "pixels of frame " + frameIndex, NO_MOTION);
        FloatTensor pixels = decoded.reshape(
                Shape.of(3, decoded.shape().size(2), decoded.shape().size(3)));
        return FloatTensor.generate(
                pixels.shape(), index -> Math.min(1, Math.max(0, pixels.valueAt(index) / 2 + 0.5f)));
    }
}
