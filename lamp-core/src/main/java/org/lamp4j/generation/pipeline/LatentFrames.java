package org.lamp4j.generation.pipeline;

import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** Latents {@code [B, C, F, h, w]} that are being changed frame by frame. Mutable; lives within one step. */
final class LatentFrames {

    /** Added to both variances, so that a flat channel does not divide by zero. */
    private static final double VARIANCE_FLOOR = 1e-8;

    private final Shape shape;
    private final float[] values;
    private final int channels;
    private final int frames;
    private final int plane;

    private LatentFrames(FloatTensor latents) {
        this.shape = checkClip(latents.shape(), "LatentFrames");
        this.values = latents.toArray();
        this.channels = shape.size(0) * shape.size(1);
        this.frames = shape.size(2);
        this.plane = shape.size(3) * shape.size(4);
    }

    static LatentFrames copyOf(FloatTensor latents) {
        return new LatentFrames(latents);
    }

    static Shape checkClip(Shape shape, String where) {
        if (shape.rank() != 5) {
            throw new ShapeMismatchException("expected latents [B, C, F, h, w], but was " + shape + " (" + where + ")");
        }
        return shape;
    }

    int frameCount() {
        return frames;
    }

    /** Copies one frame of other latents of the same shape. */
    LatentFrames copyFrame(int frame, FloatTensor from) {
        for (int channel = 0; channel < channels; channel++) {
            int offset = (channel * frames + frame) * plane;
            from.values().get(offset, values, offset, plane);
        }
        return this;
    }

    /**
     * Gives each channel of a frame the mean and unbiased variance that it has in another frame (AdaIN; Huang and
     * Belongie, ICCV 2017, equation 8).
     */
    void adaptStatistics(int frame, int reference) {
        for (int channel = 0; channel < channels; channel++) {
            int offset = (channel * frames + frame) * plane;
            int referenceOffset = (channel * frames + reference) * plane;
            double mean = mean(offset);
            double referenceMean = mean(referenceOffset);
            double scale = Math.sqrt(variance(referenceOffset, referenceMean) + VARIANCE_FLOOR)
                    / Math.sqrt(variance(offset, mean) + VARIANCE_FLOOR);
            for (int pixel = offset; pixel < offset + plane; pixel++) {
                values[pixel] = (float) ((values[pixel] - mean) * scale + referenceMean);
            }
        }
    }

    private double mean(int offset) {
        double sum = 0;
        for (int pixel = offset; pixel < offset + plane; pixel++) {
            sum += values[pixel];
        }
        return sum / plane;
    }

    /** A single latent pixel has no spread; its variance is taken as 0. */
    private double variance(int offset, double mean) {
        double sum = 0;
        for (int pixel = offset; pixel < offset + plane; pixel++) {
            sum += (values[pixel] - mean) * (values[pixel] - mean);
        }
        return sum / Math.max(1, plane - 1);
    }

    FloatTensor toTensor() {
        return FloatTensor.of(shape, values);
    }
}
