package org.lamp4j.spi;

import org.lamp4j.tensor.FloatTensor;

/** A decoder that shows latents before they are done: rough, and fast. Safe for several threads. */
@FunctionalInterface
public interface PreviewDecoder {

    /**
     * Decodes latents to images.
     *
     * @param latents {@code [n, C, h, w]}, scaled as the UNet takes them
     * @return {@code [n, 3, k·h, k·w]}, 0 to 1, where k is the decoder's own, 1 or more
     * @throws org.lamp4j.tensor.ShapeMismatchException if the shape is another
     * @throws IllegalStateException if the model is closed
     */
    FloatTensor decode(FloatTensor latents);
}
