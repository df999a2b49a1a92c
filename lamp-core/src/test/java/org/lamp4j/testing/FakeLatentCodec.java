package org.lamp4j.testing;

import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/**
 * A codec without a network: a latent holds the mean colour of two by two pixels, and a fourth channel of zeros. Images
 * of two-pixel blocks come back exactly.
 */
public final class FakeLatentCodec implements LatentCodec {

    private static final int FACTOR = 2;
    private static final int CHANNELS = 4;

    private float logVariance = -30;
    private boolean damaged;
    private int encodedImages;
    private int largestBatch;
    private int decodings;

    /** Sets the spread of the posterior; at first there is none to speak of. */
    public void spread(float newLogVariance) {
        logVariance = newLogVariance;
    }

    /** Makes every latent and pixel NaN from now on. */
    public void damage() {
        damaged = true;
    }

    /** Returns how many images have been encoded. */
    public int encodedImages() {
        return encodedImages;
    }

    /** Returns the most images that came in one call, in either direction. */
    public int largestBatch() {
        return largestBatch;
    }

    /** Returns how often latents were decoded. */
    public int decodings() {
        return decodings;
    }

    @Override
    public LatentDistribution encode(FloatTensor pixels) {
        Shape shape = pixels.shape();
        encodedImages += shape.size(0);
        largestBatch = Math.max(largestBatch, shape.size(0));
        int height = shape.size(2) / FACTOR;
        int width = shape.size(3) / FACTOR;
        Shape latents = Shape.of(shape.size(0), CHANNELS, height, width);
        FloatTensor mean = FloatTensor.generate(latents, index -> {
            int x = index % width * FACTOR;
            int y = index / width % height * FACTOR;
            int channel = index / width / height % CHANNELS;
            int image = index / width / height / CHANNELS;
            return channel == 3
                    ? 0
                    : (pixels.get(image, channel, y, x)
                                    + pixels.get(image, channel, y, x + 1)
                                    + pixels.get(image, channel, y + 1, x)
                                    + pixels.get(image, channel, y + 1, x + 1))
                            / 4;
        });
        return new LatentDistribution(
                damaged ? mean.times(Float.NaN) : mean, FloatTensor.generate(latents, index -> logVariance));
    }

    @Override
    public FloatTensor decode(FloatTensor latents) {
        Shape shape = latents.shape();
        decodings++;
        largestBatch = Math.max(largestBatch, shape.size(0));
        int height = shape.size(2) * FACTOR;
        int width = shape.size(3) * FACTOR;
        return FloatTensor.generate(Shape.of(shape.size(0), 3, height, width), index -> {
            int x = index % width / FACTOR;
            int y = index / width % height / FACTOR;
            int channel = index / width / height % 3;
            return damaged ? Float.NaN : latents.get(index / width / height / 3, channel, y, x);
        });
    }

    @Override
    public int factor() {
        return FACTOR;
    }

    @Override
    public int latentChannels() {
        return CHANNELS;
    }

    @Override
    public float scalingFactor() {
        return 0.5f;
    }
}
