package org.lamp4j.video;

import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;

/** Moves whole pixels about; values stay as they are. */
final class PixelGrid {

    private static final int CHANNELS = 3;

    private PixelGrid() {}

    /** Shows each pixel as a square of {@code factor} pixels a side. */
    static RgbImage enlarge(RgbImage image, int factor) {
        if (factor == 1) {
            return image;
        }
        FrameSize size = enlarged(image.size(), factor);
        byte[] source = image.toRgbBytes();
        int stride = size.width() * CHANNELS;
        byte[] target = new byte[stride * size.height()];
        for (int y = 0; y < size.height(); y += factor) {
            int sourceRow = y / factor * image.size().width();
            for (int x = 0; x < size.width(); x++) {
                System.arraycopy(
                        source, (sourceRow + x / factor) * CHANNELS, target, y * stride + x * CHANNELS, CHANNELS);
            }
            for (int copy = 1; copy < factor; copy++) {
                System.arraycopy(target, y * stride, target, (y + copy) * stride, stride);
            }
        }
        return RgbImage.of(size, target).withProvenance(image.provenance());
    }

    /**
     * Computes the size of an enlarged image.
     *
     * @throws IllegalArgumentException if it has more pixels than a frame may have
     */
    static FrameSize enlarged(FrameSize size, int factor) {
        return FrameSize.of((long) size.width() * factor, (long) size.height() * factor);
    }

    /** Repeats the last column and row until width and height are multiples of {@code step}. */
    static RgbImage padToMultiple(RgbImage image, int step) {
        FrameSize size = paddedToMultiple(image.size(), step);
        if (size.equals(image.size())) {
            return image;
        }
        byte[] source = image.toRgbBytes();
        byte[] target = new byte[size.width() * CHANNELS * size.height()];
        for (int y = 0; y < size.height(); y++) {
            int sourceRow =
                    Math.min(y, image.size().height() - 1) * image.size().width();
            for (int x = 0; x < size.width(); x++) {
                int sourcePixel = sourceRow + Math.min(x, image.size().width() - 1);
                System.arraycopy(source, sourcePixel * CHANNELS, target, (y * size.width() + x) * CHANNELS, CHANNELS);
            }
        }
        return RgbImage.of(size, target).withProvenance(image.provenance());
    }

    /** Computes the size of a padded image. */
    static FrameSize paddedToMultiple(FrameSize size, int step) {
        return FrameSize.of(roundUp(size.width(), step), roundUp(size.height(), step));
    }

    private static long roundUp(long length, int step) {
        return (length + step - 1) / step * step;
    }
}
