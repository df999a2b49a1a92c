package org.lamp4j.examples.quickstart;

import java.util.List;
import java.util.Locale;
import org.lamp4j.media.FrameSize;

/**
 * How fast an object crosses the picture.
 *
 * @param right speed to the right, in frame widths per frame; negative to the left
 * @param down speed downwards, in frame heights per frame; negative upwards
 */
record Motion(double right, double down) {

    /** Under a pixel of a 64-pixel picture in the whole of a 16-frame clip. */
    private static final double STANDSTILL = 1.0 / (64 * 16);

    static final Motion NONE = new Motion(0, 0);

    /** Returns the mean of several motions. */
    static Motion mean(List<Motion> motions) {
        return new Motion(
                motions.stream().mapToDouble(Motion::right).average().orElseThrow(),
                motions.stream().mapToDouble(Motion::down).average().orElseThrow());
    }

    /** Returns the speed along the direction of another motion, in frame sizes per frame. */
    double along(Motion direction) {
        double length = direction.speed();
        return length == 0 ? 0 : (right * direction.right + down * direction.down) / length;
    }

    /** Returns the speed in whatever direction, in frame sizes per frame. */
    double speed() {
        return Math.hypot(right, down);
    }

    /** Returns the way covered in a clip in words: {@code 19.1 pixels to the right, 1.2 up}. */
    String describe(FrameSize size, int frameCount) {
        if (speed() < STANDSTILL) {
            return "nowhere";
        }
        double pixelsRight = right * size.width() * (frameCount - 1);
        double pixelsDown = down * size.height() * (frameCount - 1);
        String horizontal = pixelsRight < 0 ? "to the left" : "to the right";
        String vertical = pixelsDown < 0 ? "up" : "down";
        return Math.abs(pixelsRight) >= Math.abs(pixelsDown)
                ? join(pixelsRight, horizontal, pixelsDown, vertical)
                : join(pixelsDown, vertical, pixelsRight, horizontal);
    }

    private static String join(double first, String firstDirection, double second, String secondDirection) {
        return String.format(
                Locale.ROOT,
                "%.1f pixels %s, %.1f %s",
                Math.abs(first),
                firstDirection,
                Math.abs(second),
                secondDirection);
    }
}
