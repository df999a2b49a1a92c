package org.lamp4j.evaluation;

import java.util.List;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * The motion in a clip, measured by block matching. Each block of a frame that has any structure is looked for in the
 * next frame, within a few pixels, where the sum of absolute differences of brightness is least; of equal places the
 * nearest counts.
 *
 * @param right mean speed of the blocks to the right, in pixels per frame; negative to the left
 * @param down mean speed downwards, in pixels per frame
 * @param magnitude mean length of the blocks' motion, in pixels per frame
 * @param movingShare part of the blocks with structure that move at all, 0 to 1
 */
public record MotionStatistics(double right, double down, double magnitude, double movingShare) {

    private static final int BLOCK = 8;
    private static final int REACH = 7;

    /** Least mean deviation of brightness in a block, of 255: below it any place would do as well. */
    private static final double STRUCTURE = 4;

    /**
     * Measures a clip.
     *
     * @param clip the clip, at least 2 frames
     * @return the means over all blocks with structure of all frames but the last; all 0 if there is none
     * @throws IllegalArgumentException if the clip has a single frame
     */
    public static MotionStatistics of(VideoClip clip) {
        List<RgbImage> frames = clip.frames();
        if (frames.size() < 2) {
            throw new IllegalArgumentException(
                    "expected at least 2 frames, but was " + frames.size() + " (MotionStatistics.of)");
        }
        Sums sums = new Sums();
        Brightness current = new Brightness(frames.get(0));
        for (RgbImage frame : frames.subList(1, frames.size())) {
            Brightness next = new Brightness(frame);
            sums.addAll(current, next);
            current = next;
        }
        return sums.means();
    }

    /**
     * Returns where the motion goes.
     *
     * @return degrees from 0 to 360: 0 to the right, 90 up; 0 if there is none
     */
    public double direction() {
        double degrees = Math.toDegrees(Math.atan2(-down, right));
        return degrees < 0 ? degrees + 360 : Math.abs(degrees);
    }

    /** Adds up the motion of blocks. */
    private static final class Sums {
        private double right;
        private double down;
        private double magnitude;
        private int moving;
        private int blocks;

        void addAll(Brightness current, Brightness next) {
            for (int y = 0; y + BLOCK <= current.height(); y += BLOCK) {
                for (int x = 0; x + BLOCK <= current.width(); x += BLOCK) {
                    if (structure(current, x, y) >= STRUCTURE) {
                        add(current, next, x, y);
                    }
                }
            }
        }

        private void add(Brightness current, Brightness next, int x, int y) {
            double least = Double.POSITIVE_INFINITY;
            int bestX = 0;
            int bestY = 0;
            for (int dy = Math.max(-REACH, -y); dy <= REACH && y + dy + BLOCK <= next.height(); dy++) {
                for (int dx = Math.max(-REACH, -x); dx <= REACH && x + dx + BLOCK <= next.width(); dx++) {
                    double difference = difference(current, next, x, y, dx, dy);
                    boolean nearer = dx * dx + dy * dy < bestX * bestX + bestY * bestY;
                    if (difference < least || (difference == least && nearer)) {
                        least = difference;
                        bestX = dx;
                        bestY = dy;
                    }
                }
            }
            blocks++;
            right += bestX;
            down += bestY;
            magnitude += Math.hypot(bestX, bestY);
            moving += bestX != 0 || bestY != 0 ? 1 : 0;
        }

        MotionStatistics means() {
            int count = Math.max(1, blocks);
            return new MotionStatistics(right / count, down / count, magnitude / count, (double) moving / count);
        }

        private static double difference(Brightness current, Brightness next, int x, int y, int dx, int dy) {
            double sum = 0;
            for (int row = y; row < y + BLOCK; row++) {
                for (int column = x; column < x + BLOCK; column++) {
                    sum += Math.abs(current.at(column, row) - next.at(column + dx, row + dy));
                }
            }
            return sum;
        }

        private static double structure(Brightness image, int x, int y) {
            double mean = 0;
            for (int row = y; row < y + BLOCK; row++) {
                for (int column = x; column < x + BLOCK; column++) {
                    mean += image.at(column, row) / (BLOCK * BLOCK);
                }
            }
            double deviation = 0;
            for (int row = y; row < y + BLOCK; row++) {
                for (int column = x; column < x + BLOCK; column++) {
                    deviation += Math.abs(image.at(column, row) - mean) / (BLOCK * BLOCK);
                }
            }
            return deviation;
        }
    }
}
