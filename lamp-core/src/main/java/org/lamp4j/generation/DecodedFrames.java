package org.lamp4j.generation;

import org.lamp4j.spi.LatentCodec;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** Frames of a clip's latents as pixels. */
final class DecodedFrames {

    private DecodedFrames() {}

    /**
     * Decodes one frame, so that memory does not grow with the clip.
     *
     * @param codec the auto-encoder
     * @param latents {@code [1, C, F, h, w]}, scaled
     * @param frameIndex which frame
     * @return {@code [3, H, W]}, 0 to 1
     */
    static FloatTensor decode(LatentCodec codec, FloatTensor latents, int frameIndex) {
        FloatTensor latent = latents.slice(2, frameIndex, frameIndex + 1);
        Shape shape = latent.shape();
        FloatTensor decoded = codec.decode(latent.reshape(Shape.of(1, shape.size(1), shape.size(3), shape.size(4)))
                .times(1 / codec.scalingFactor()));
        FloatTensor pixels = decoded.reshape(
                Shape.of(3, decoded.shape().size(2), decoded.shape().size(3)));
        return FloatTensor.generate(
                pixels.shape(), index -> Math.min(1, Math.max(0, pixels.valueAt(index) / 2 + 0.5f)));
    }
}
