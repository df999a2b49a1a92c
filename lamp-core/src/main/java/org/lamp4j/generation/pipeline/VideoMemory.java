package org.lamp4j.generation.pipeline;

import org.lamp4j.media.FrameSize;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.tensor.HeapLimit;

/** About how much of the heap clips take while they are made, from their numbers alone. */
final class VideoMemory {

    private static final int COLOURS = 3;

    /** An image as an object, beside its pixels. */
    private static final int IMAGE_BYTES = 256;

    /**
     * Latents of which a step holds copies: noise, both branches of the guidance, what is predicted of them, the next
     * ones.
     */
    private static final int LATENT_COPIES = 24;

    /** Copies of the one frame that is decoded and given its colours. */
    private static final int PIXEL_COPIES = 8;

    private VideoMemory() {}

    /**
     * Checks that a clip can be made.
     *
     * @param codec the auto-encoder
     * @param size size of the frames, a multiple of the auto-encoder's factor
     * @param frames how many frames there will be, all in memory
     * @param window how many of them are denoised together
     * @throws IllegalArgumentException if they do not fit; the message holds the numbers
     */
    static void require(LatentCodec codec, FrameSize size, long frames, long window) {
        double pixels = (double) size.width() * size.height();
        double latents = codec.latentChannels() * pixels / codec.factor() / codec.factor() * Float.BYTES;
        double bytes = frames * (COLOURS * pixels + IMAGE_BYTES)
                + window * LATENT_COPIES * latents
                + PIXEL_COPIES * COLOURS * pixels * Float.BYTES;
        HeapLimit.require("a clip", frames + " frames of " + size, bytes);
    }
}
