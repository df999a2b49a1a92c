package org.lamp4j.evaluation;

import org.lamp4j.media.RgbImage;

/** An image's luma, 0 to 255, with the weights of ITU-R BT.601. */
final class Brightness {

    private final int width;
    private final int height;
    private final double[] values;

    Brightness(RgbImage image) {
        width = image.size().width();
        height = image.size().height();
        values = new double[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                values[y * width + x] = 0.299 * image.valueAt(x, y, 0)
                        + 0.587 * image.valueAt(x, y, 1)
                        + 0.114 * image.valueAt(x, y, 2);
            }
        }
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    double at(int x, int y) {
        return values[y * width + x];
    }
}
