package org.lamp4j.generation.pipeline;

import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.PreviewDecoder;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/**
 * A linear map with bias from the channels of a latent to the colour of its pixels, the latents' size in, the same size
 * out. Fitted by least squares to what the auto-encoder makes of random latents, the same ones for each model.
 * Immutable.
 */
final class LinearPreviewDecoder implements PreviewDecoder {

    private static final int COLOURS = 3;

    /**
     * Images that are decoded, and latents across and down each: few and small, so that a large decoder takes a second.
     */
    private static final int IMAGES = 8;

    private static final int SIDE = 8;

    /** Independent values across and down an image; between them it is smooth, as images are. */
    private static final int KNOTS = 3;

    /**
     * Holds the solution where the auto-encoder ignores a channel. Far below a channel's variance, which is about 1.
     */
    private static final double RIDGE = 1e-6;

    /** For each colour a weight of each channel, and the bias. */
    private final double[][] weights;

    private LinearPreviewDecoder(double[][] weights) {
        this.weights = weights;
    }

    /**
     * Fits the map.
     *
     * @param codec the auto-encoder
     * @return the map, the same at each call
     */
    static LinearPreviewDecoder fittedTo(LatentCodec codec) {
        int channels = codec.latentChannels();
        double[][] products = new double[channels + 1][channels + 1];
        double[][] targets = new double[COLOURS][channels + 1];
        double[] colours = new double[COLOURS];
        double[] row = new double[channels + 1];
        row[channels] = 1;
        for (int image = 0; image < IMAGES; image++) {
            FloatTensor latents = smoothLatents(channels, image);
            FloatTensor pixels = codec.decode(latents.times(1 / codec.scalingFactor()));
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    for (int channel = 0; channel < channels; channel++) {
                        row[channel] = latents.get(0, channel, y, x);
                    }
                    for (int colour = 0; colour < COLOURS; colour++) {
                        colours[colour] = meanColour(pixels, colour, x, y);
                    }
                    accumulate(products, row, row);
                    accumulate(targets, colours, row);
                }
            }
        }
        for (int channel = 0; channel < channels; channel++) {
            products[channel][channel] += RIDGE * IMAGES * SIDE * SIDE;
        }
        return new LinearPreviewDecoder(LeastSquares.solve(products, targets));
    }

    private static void accumulate(double[][] products, double[] a, double[] b) {
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                products[i][j] += a[i] * b[j];
            }
        }
    }

    /** Returns {@code [1, C, 8, 8]} of about unit variance: random knots, and straight lines between them. */
    private static FloatTensor smoothLatents(int channels, int image) {
        FloatTensor knots = RandomSource.stream(0, "preview latents", image).gaussian(Shape.of(channels, KNOTS, KNOTS));
        return FloatTensor.generate(Shape.of(1, channels, SIDE, SIDE), index -> {
            double across = place(index % SIDE);
            double down = place(index / SIDE % SIDE);
            int left = (int) across;
            int top = (int) down;
            int channel = index / SIDE / SIDE;
            double above = mix(knots.get(channel, top, left), knots.get(channel, top, left + 1), across - left);
            double below = mix(knots.get(channel, top + 1, left), knots.get(channel, top + 1, left + 1), across - left);
            return (float) mix(above, below, down - top);
        });
    }

    /** Returns where a latent lies between the knots, from 0 to just below the last. */
    private static double place(int latent) {
        return (latent + 0.5) / SIDE * (KNOTS - 1);
    }

    private static double mix(double a, double b, double part) {
        return (1 - part) * a + part * b;
    }

    /** Returns the mean over the pixels of one latent, about 0 to 1. */
    private static double meanColour(FloatTensor pixels, int colour, int x, int y) {
        int factor = pixels.shape().size(3) / SIDE;
        double sum = 0;
        for (int row = y * factor; row < (y + 1) * factor; row++) {
            for (int column = x * factor; column < (x + 1) * factor; column++) {
                sum += pixels.get(0, colour, row, column) / 2 + 0.5;
            }
        }
        return sum / factor / factor;
    }

    @Override
    public FloatTensor decode(FloatTensor latents) {
        Shape shape = latents.shape();
        int channels = weights[0].length - 1;
        if (shape.rank() != 4 || shape.size(1) != channels) {
            throw new ShapeMismatchException(
                    "expected latents [n, " + channels + ", h, w], but was " + shape + " (LinearPreviewDecoder)");
        }
        int plane = shape.size(2) * shape.size(3);
        return FloatTensor.generate(shape.with(1, COLOURS), index -> {
            double[] colour = weights[index / plane % COLOURS];
            int start = index / plane / COLOURS * channels * plane + index % plane;
            double value = colour[channels];
            for (int channel = 0; channel < channels; channel++) {
                value += colour[channel] * latents.valueAt(start + channel * plane);
            }
            return (float) Math.min(1, Math.max(0, value));
        });
    }
}
