package org.lamp4j.spi;

import org.lamp4j.tensor.FloatTensor;

/**
 * A frozen variational auto-encoder: images to latents and back. Latents here are <em>unscaled</em>; callers multiply
 * by {@link #scalingFactor()} after encoding and divide before decoding. Safe for several threads.
 */
public interface LatentCodec {

    /**
     * Encodes images to the posterior of their latents.
     *
     * @param pixels {@code [n, 3, H, W]}, in -1 to 1; H and W are multiples of {@link #factor()}
     * @return mean and log-variance, each {@code [n, C, H/factor, W/factor]}
     * @throws org.lamp4j.tensor.ShapeMismatchException if the shape is another
     */
    LatentDistribution encode(FloatTensor pixels);

    /**
     * Decodes latents to images.
     *
     * @param latents {@code [n, C, h, w]}, unscaled
     * @return {@code [n, 3, h·factor, w·factor]}, about -1 to 1, not clamped
     * @throws org.lamp4j.tensor.ShapeMismatchException if the shape is another
     */
    FloatTensor decode(FloatTensor latents);

    /**
     * Returns how many pixels one latent is wide and high.
     *
     * @return 8 for Stable Diffusion
     */
    int factor();

    /**
     * Returns the number of latent channels.
     *
     * @return 4 for Stable Diffusion
     */
    int latentChannels();

    /**
     * Returns the factor that brings latents to about unit variance.
     *
     * @return 0.18215 for Stable Diffusion
     */
    float scalingFactor();
}
