package org.lamp4j.evaluation;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

/**
 * The change of a clip from frame to frame, at the seams where parts of it meet and elsewhere: the mean absolute
 * difference of brightness.
 *
 * @param atSeams mean over the steps from one part to the next, of 255
 * @param elsewhere mean over all other steps, of 255
 */
public record SeamJump(double atSeams, double elsewhere) {

    /**
     * Measures a clip.
     *
     * @param clip the clip
     * @param seams index of the first frame of each part but the first, at least one; 1 to F-1
     * @return the means
     * @throws IllegalArgumentException if there is no seam, one is out of range, or there is no other step
     */
    public static SeamJump of(VideoClip clip, Collection<Integer> seams) {
        List<RgbImage> frames = clip.frames();
        Set<Integer> starts = Set.copyOf(seams);
        int steps = frames.size() - 1;
        if (starts.isEmpty()
                || starts.size() >= steps
                || starts.stream().anyMatch(start -> start < 1 || start > steps)) {
            throw new IllegalArgumentException(
                    "expected seams at some of the frames 1 to " + steps + ", but was " + seams + " (SeamJump.of)");
        }
        double[] sums = new double[2];
        Brightness current = new Brightness(frames.get(0));
        for (int frame = 1; frame <= steps; frame++) {
            Brightness next = new Brightness(frames.get(frame));
            sums[starts.contains(frame) ? 0 : 1] += meanDifference(current, next);
            current = next;
        }
        return new SeamJump(sums[0] / starts.size(), sums[1] / (steps - starts.size()));
    }

    /**
     * Returns the jump.
     *
     * @return 1 if a clip changes at its seams as it does elsewhere, more if it jumps; NaN if it never changes
     */
    public double ratio() {
        return atSeams / elsewhere;
    }

    private static double meanDifference(Brightness a, Brightness b) {
        double sum = 0;
        for (int y = 0; y < a.height(); y++) {
            for (int x = 0; x < a.width(); x++) {
                sum += Math.abs(a.at(x, y) - b.at(x, y));
            }
        }
        return sum / a.width() / a.height();
    }
}
