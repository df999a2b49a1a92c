package org.lamp4j.examples.quickstart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * Measures how an object moves before a simple background: one that is about the same along each row of the picture,
 * but for small details that stand still. It fits the pictures of the quickstart and is no general tracker.
 *
 * <ol>
 *   <li>The background of a row of a frame is the median of its colours.
 *   <li>A pixel weighs what its colour differs from that in the channel that differs most, less a threshold.
 *   <li>A pixel that weighs about the same in all frames is a detail of the background, or an object that does not move:
 *       it counts for nothing.
 *   <li>The motion is the slope of the straight line through the weights' centroids of all frames, by least squares.
 *       Frames in which next to nothing is left are passed over, and if these are most there was no motion.
 * </ol>
 */
final class MotionMeter {

    /** Least difference to the background, of 255, above the auto-encoder's and the video codec's errors. */
    private static final int THRESHOLD = 40;

    /** A pixel whose weight strays on average by less than this part of its median stands still. */
    private static final double STILL_PART = 0.1;

    /** A frame that weighs less than this part of the median frame has lost its object. */
    private static final double LOST_PART = 0.1;

    /** Fewest frames that a line is laid through. */
    private static final int FEWEST_FRAMES = 3;

    private MotionMeter() {}

    /**
     * Measures a clip.
     *
     * @param clip the clip, at least 3 frames for anything but no motion
     * @return the mean velocity of what moves in it
     */
    static Motion measure(VideoClip clip) {
        List<int[]> weights = new ArrayList<>();
        clip.frames().forEach(frame -> weights.add(weights(frame)));
        dropWhatStandsStill(weights);
        return slope(weights, clip.frameSize());
    }

    private static int[] weights(RgbImage frame) {
        int width = frame.size().width();
        int height = frame.size().height();
        int[] weights = new int[width * height];
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < height; y++) {
                int[] row = new int[width];
                for (int x = 0; x < width; x++) {
                    row[x] = frame.valueAt(x, y, channel);
                }
                int background = median(row);
                for (int x = 0; x < width; x++) {
                    int weight = Math.abs(row[x] - background) - THRESHOLD;
                    weights[y * width + x] = Math.max(weights[y * width + x], weight);
                }
            }
        }
        return weights;
    }

    private static void dropWhatStandsStill(List<int[]> weights) {
        for (int pixel = 0; pixel < weights.get(0).length; pixel++) {
            int at = pixel;
            int[] overTime = weights.stream().mapToInt(frame -> frame[at]).toArray();
            int median = median(overTime);
            double straying = Arrays.stream(overTime)
                    .map(weight -> Math.abs(weight - median))
                    .average()
                    .orElseThrow();
            if (straying < STILL_PART * median) {
                weights.forEach(frame -> frame[at] = 0);
            }
        }
    }

    private static Motion slope(List<int[]> weights, FrameSize size) {
        double[] total = weights.stream()
                .mapToDouble(frame -> Arrays.stream(frame).sum())
                .toArray();
        double[] sorted = total.clone();
        Arrays.sort(sorted);
        double least = Math.max(1, LOST_PART * sorted[sorted.length / 2]);
        Line acrossLine = new Line();
        Line downLine = new Line();
        for (int frameIndex = 0; frameIndex < total.length; frameIndex++) {
            if (total[frameIndex] >= least) {
                double across = 0;
                double down = 0;
                int[] frame = weights.get(frameIndex);
                for (int pixel = 0; pixel < frame.length; pixel++) {
                    across += (double) frame[pixel] * (pixel % size.width());
                    down += (double) frame[pixel] * (pixel / size.width());
                }
                acrossLine.add(frameIndex, across / total[frameIndex]);
                downLine.add(frameIndex, down / total[frameIndex]);
            }
        }
        if (acrossLine.count < FEWEST_FRAMES || 2 * acrossLine.count <= total.length) {
            return Motion.NONE;
        }
        return new Motion(acrossLine.slope() / size.width(), downLine.slope() / size.height());
    }

    private static int median(int[] values) {
        int[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** A straight line through points, by least squares. */
    private static final class Line {
        private int count;
        private double sumX;
        private double sumY;
        private double sumXx;
        private double sumXy;

        void add(double x, double y) {
            count++;
            sumX += x;
            sumY += y;
            sumXx += x * x;
            sumXy += x * y;
        }

        double slope() {
            return (count * sumXy - sumX * sumY) / (count * sumXx - sumX * sumX);
        }
    }
}
