package org.lamp4j.examples.drawing;

import org.lamp4j.media.RgbImage;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** A drawing as a small model would make it: blurred over 3×3 pixels, with noise of 25 levels of 255. */
final class NoisyImage {

    static final double NOISE = 25;

    private NoisyImage() {}

    static RgbImage of(Scene scene, long seed) {
        RgbImage clean = scene.image();
        FloatTensor noise = RandomSource.stream(seed, "noise", 0).gaussian(Shape.of(3, 64, 64));
        return RgbImage.of(FloatTensor.generate(
                Shape.of(3, 64, 64),
                index -> (float) (blurred(clean, index % 64, index / 64 % 64, index / 4096)
                                + NOISE * noise.valueAt(index))
                        / 255));
    }

    private static double blurred(RgbImage image, int x, int y, int channel) {
        double sum = 0;
        for (int offset = 0; offset < 9; offset++) {
            int column = Math.min(63, Math.max(0, x + offset % 3 - 1));
            int row = Math.min(63, Math.max(0, y + offset / 3 - 1));
            sum += image.valueAt(column, row, channel);
        }
        return sum / 9;
    }
}
