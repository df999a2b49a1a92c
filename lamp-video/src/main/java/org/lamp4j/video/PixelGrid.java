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
        FrameSize size = new FrameSize(
                Math.multiplyExact(image.size().width(), factor),
                Math.multiplyExact(image.size().height(), factor));
        byte[] source = image.toRgbBytes();
        int stride = size.width() * CHANNELS;
        byte[] target = new byte[Math.multiplyExact(stride, size.height())];
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
}
