package org.lamp4j.generation.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lamp4j.media.RgbImage;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.PreviewDecoder;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * Latents as images, roughly: by a linear map, fitted when first asked for, or by a decoder. Safe for several threads.
 */
public final class PreviewImages {

    private final LatentCodec codec;
    private @Nullable PreviewDecoder decoder;

    /**
     * Creates previews that a linear map makes.
     *
     * @param codec the auto-encoder that the map is fitted to, when first asked for
     */
    public PreviewImages(LatentCodec codec) {
        this.codec = codec;
    }

    /**
     * Makes previews with a decoder from now on.
     *
     * @param newDecoder the decoder; its owner closes it
     */
    public synchronized void use(PreviewDecoder newDecoder) {
        decoder = newDecoder;
    }

    private synchronized PreviewDecoder decoder() {
        PreviewDecoder known = decoder;
        if (known == null) {
            known = LinearPreviewDecoder.fittedTo(codec);
            decoder = known;
        }
        return known;
    }

    /**
     * Shows latents.
     *
     * @param latents {@code [B, C, F, h, w]}, scaled
     * @return an image for each of the B·F frames, clip after clip
     */
    List<RgbImage> of(FloatTensor latents) {
        PreviewDecoder used = decoder();
        Shape shape = latents.shape();
        Shape one = Shape.of(1, shape.size(1), shape.size(3), shape.size(4));
        List<RgbImage> images = new ArrayList<>();
        for (int clip = 0; clip < shape.size(0); clip++) {
            FloatTensor frames = latents.slice(0, clip, clip + 1);
            for (int frame = 0; frame < shape.size(2); frame++) {
                FloatTensor pixels =
                        used.decode(frames.slice(2, frame, frame + 1).reshape(one));
                images.add(RgbImage.of(pixels.reshape(
                        Shape.of(3, pixels.shape().size(2), pixels.shape().size(3)))));
            }
        }
        return images;
    }
}
