package org.lamp4j.examples.cli;

import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Images of grey noise, which can be followed when it moves. */
final class NoiseImage {

    private static final FrameSize SIZE = new FrameSize(48, 32);

    private NoiseImage() {}

    /** Draws the noise of a seed, some pixels further to the right, at most 8, and brighter by some of 255 levels. */
    static RgbImage of(long seed, int shift, int brighter) {
        FloatTensor noise = RandomSource.stream(seed, "texture", 0).gaussian(Shape.of(SIZE.height(), SIZE.width() + 8));
        byte[] rgb = new byte[3 * SIZE.width() * SIZE.height()];
        for (int index = 0; index < rgb.length; index++) {
            int x = index / 3 % SIZE.width();
            int y = index / 3 / SIZE.width();
            double value = 120 + brighter + 40 * noise.get(y, x + 8 - shift);
            rgb[index] = (byte) Math.round(Math.max(0, Math.min(255, value)));
        }
        return RgbImage.of(SIZE, rgb);
    }
}
