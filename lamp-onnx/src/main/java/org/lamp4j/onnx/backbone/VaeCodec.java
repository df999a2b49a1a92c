package org.lamp4j.onnx.backbone;

import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** An auto-encoder's networks, and what may be given to them; one run at a time. */
abstract class VaeCodec implements LatentCodec, AutoCloseable {

    final NativeScope natives = new NativeScope();
    final VaeConfig config;
    private boolean closed;

    VaeCodec(VaeConfig config) {
        this.config = config;
    }

    final void checkOpen() {
        if (closed) {
            throw new IllegalStateException("expected an open backbone, but it is closed (auto-encoder)");
        }
    }

    /** Returns the shape of images that can be encoded. */
    final Shape checkImages(FloatTensor pixels) {
        Shape shape = check(pixels, config.imageChannels(), "pixels [n, 3, H, W]");
        int factor = config.factor();
        if (shape.size(2) % factor != 0 || shape.size(3) % factor != 0) {
            throw new ShapeMismatchException(
                    "expected pixels whose height and width are multiples of " + factor + ", but was " + shape);
        }
        return shape;
    }

    /** Returns the shape of latents that can be decoded. */
    final Shape checkLatents(FloatTensor latents) {
        return check(latents, config.latentChannels(), "latents [n, " + config.latentChannels() + ", h, w]");
    }

    private static Shape check(FloatTensor tensor, int channels, String expected) {
        Shape shape = tensor.shape();
        if (shape.rank() != 4 || shape.size(1) != channels || shape.elementCount() == 0) {
            throw new ShapeMismatchException("expected " + expected + ", but was " + shape + " (auto-encoder)");
        }
        return shape;
    }

    @Override
    public final int factor() {
        return config.factor();
    }

    @Override
    public final int latentChannels() {
        return config.latentChannels();
    }

    @Override
    public final float scalingFactor() {
        return config.scalingFactor();
    }

    @Override
    public final synchronized void close() {
        closed = true;
        natives.close();
    }
}
