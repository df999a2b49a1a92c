package org.lamp4j.generation;

import java.util.List;
import org.lamp4j.media.RgbImage;

/**
 * What is being denoised, as it is predicted to become: the clean latents that the network's latest prediction leads
 * to, made visible. Nothing is computed before it is asked for, and what is asked for changes nothing of the result. It
 * keeps the latents of its step, so it is better asked at once than kept; after the backbone is closed it cannot be
 * asked.
 */
@FunctionalInterface
public interface Preview {

    /**
     * Makes the images, anew at each call.
     *
     * @return every frame of the clip, or of the window of it that is denoised; of still images, each of them. With the
     *     backbone's linear map they are of the latents' size, 64x40 for 512x320 pixels of Stable Diffusion; with a
     *     {@linkplain org.lamp4j.Backbone#usePreviewDecoder preview decoder} of the frame size
     * @throws IllegalStateException if the backbone is closed
     */
    List<RgbImage> frames();
}
