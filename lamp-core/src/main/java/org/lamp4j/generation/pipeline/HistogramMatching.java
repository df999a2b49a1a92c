package org.lamp4j.generation.pipeline;

import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * Histogram matching: gives a frame the distribution of colours of another, channel by channel. Pure.
 *
 * @see <a href="https://arxiv.org/abs/2310.10769">Wu et al., LAMP</a>, section 3.4
 */
public final class HistogramMatching {

    private static final int LEVELS = 256;
    private static final int CHANNELS = 3;

    private HistogramMatching() {}

    /**
     * Matches a frame's colour histograms to those of a reference.
     *
     * @param frame {@code [3, H, W]}, in 0 to 1; taken at 8 bits, ⌊255·x⌋
     * @param reference {@code [3, H', W']}, in 0 to 1; likewise
     * @return {@code [3, H, W]}, each value a multiple of 1/255
     * @throws ShapeMismatchException if a tensor is not of three channels
     */
    public static FloatTensor match(FloatTensor frame, FloatTensor reference) {
        int[][] maps = new int[CHANNELS][];
        int plane = plane(frame.shape());
        for (int channel = 0; channel < CHANNELS; channel++) {
            maps[channel] = levelMap(
                    cumulativeHistogram(frame, channel, plane),
                    cumulativeHistogram(reference, channel, plane(reference.shape())));
        }
        return FloatTensor.generate(
                frame.shape(), index -> maps[index / plane][level(frame.valueAt(index))] / (float) (LEVELS - 1));
    }

    private static int plane(Shape shape) {
        if (shape.rank() != 3 || shape.size(0) != CHANNELS) {
            throw new ShapeMismatchException(
                    "expected a frame [3, H, W], but was " + shape + " (HistogramMatching.match)");
        }
        return shape.size(1) * shape.size(2);
    }

    private static int level(float value) {
        return (int) (Math.min(1, Math.max(0, value)) * (LEVELS - 1));
    }

    /** Each count is divided by the number of pixels before it is added: ties are common, and round as this does. */
    private static double[] cumulativeHistogram(FloatTensor pixels, int channel, int plane) {
        int[] counts = new int[LEVELS];
        for (int pixel = channel * plane; pixel < (channel + 1) * plane; pixel++) {
            counts[level(pixels.valueAt(pixel))]++;
        }
        double[] cumulative = new double[LEVELS];
        double sum = 0;
        for (int level = 0; level < LEVELS; level++) {
            sum += counts[level] / (double) plane;
            cumulative[level] = sum;
        }
        return cumulative;
    }

    /** v ↦ the smallest j with reference[j] ≥ frame[v], or 255 if there is none. */
    private static int[] levelMap(double[] frame, double[] reference) {
        int[] map = new int[LEVELS];
        int match = 0;
        for (int level = 0; level < LEVELS; level++) {
            while (match < LEVELS - 1 && reference[match] < frame[level]) {
                match++;
            }
            map[level] = match;
        }
        return map;
    }
}
