package org.lamp4j.examples.drawing;

import java.util.Arrays;
import java.util.Optional;

/**
 * An image less its backdrop, at half of its resolution: an object in one size and angle is laid there on every place,
 * for a sixteenth of the work.
 *
 * <p>Before backdrop B an object of colour C and coverage a is drawn as aC + (1 - a)B, so of the difference D of image
 * and backdrop it leaves D - a(C - B). With m = a(C - B), it changes the sum of squares by the sum of m² - 2Dm over the
 * pixels that it covers.
 */
final class CoarseGrid {

    private static final int SCALE = 2;
    private static final int SIDE = Scene.SIDE / SCALE;
    private static final int CHANNELS = 3;

    private final float[] difference = new float[CHANNELS * SIDE * SIDE];
    private final float[] backdrop = new float[CHANNELS * SIDE * SIDE];

    CoarseGrid(Comparison comparison) {
        float share = 1f / (SCALE * SCALE);
        for (int pixel = 0; pixel < Scene.SIDE * Scene.SIDE; pixel++) {
            int coarse = pixel / Scene.SIDE / SCALE * SIDE + pixel % Scene.SIDE / SCALE;
            for (int channel = 0; channel < CHANNELS; channel++) {
                difference[CHANNELS * coarse + channel] += share * comparison.difference(pixel, channel);
                backdrop[CHANNELS * coarse + channel] += share * comparison.backdropValue(pixel, channel);
            }
        }
    }

    /**
     * The best place of an object in one size and angle, and by how much drawing it there changes the sum of squares.
     */
    record Place(Pose pose, double change) {}

    /** Looks through all places where the object is whole; empty if it is too large for any. */
    Optional<Place> bestPlace(DrawnObject object, Optional<Colour> colour, double size, double degrees) {
        double middle = Scene.SIDE / 2.0;
        Template template = new Template(Layer.of(object, colour, new Pose(middle, middle, size / SCALE, degrees)));
        Optional<Place> best = Optional.empty();
        double least = Double.POSITIVE_INFINITY;
        for (int y = -template.top; y < SIDE - template.bottom; y++) {
            for (int x = -template.left; x < SIDE - template.right; x++) {
                double change = template.changeAt(x, y);
                if (change < least) {
                    least = change;
                    best = Optional.of(new Place(new Pose(SCALE * x, SCALE * y, size, degrees), change));
                }
            }
        }
        return best;
    }

    /** The pixels that an object covers, relative to its centre. */
    private final class Template {

        private final int left;
        private final int right;
        private final int top;
        private final int bottom;

        /** Per pixel its offset in a row-major grid, and coverage and premultiplied colours in 0 to 1 and 0 to 255. */
        private final int[] offsets;

        private final float[] coverages;
        private final float[] colours;

        Template(Layer layer) {
            int middle = Scene.SIDE / 2;
            int[] covered = layer.coveredPixels();
            int[] across = new int[covered.length];
            int[] down = new int[covered.length];
            this.offsets = new int[covered.length];
            this.coverages = new float[covered.length];
            this.colours = new float[CHANNELS * covered.length];
            for (int index = 0; index < covered.length; index++) {
                across[index] = covered[index] % Scene.SIDE - middle;
                down[index] = covered[index] / Scene.SIDE - middle;
                offsets[index] = down[index] * SIDE + across[index];
                coverages[index] = layer.coverage(covered[index]) / 255f;
                for (int channel = 0; channel < CHANNELS; channel++) {
                    colours[CHANNELS * index + channel] = layer.premultiplied(covered[index], channel);
                }
            }
            this.left = Arrays.stream(across).min().orElse(0);
            this.right = Arrays.stream(across).max().orElse(0);
            this.top = Arrays.stream(down).min().orElse(0);
            this.bottom = Arrays.stream(down).max().orElse(0);
        }

        double changeAt(int x, int y) {
            double change = 0;
            int centre = y * SIDE + x;
            for (int index = 0; index < offsets.length; index++) {
                int at = CHANNELS * (centre + offsets[index]);
                for (int channel = 0; channel < CHANNELS; channel++) {
                    float drawn = colours[CHANNELS * index + channel] - coverages[index] * backdrop[at + channel];
                    change += drawn * (drawn - 2 * difference[at + channel]);
                }
            }
            return change;
        }
    }
}
