package org.lamp4j.examples.evaluate;

import java.util.List;
import java.util.stream.IntStream;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.Pose;
import org.lamp4j.examples.drawing.Scene;
import org.lamp4j.examples.drawing.SceneMatch;
import org.lamp4j.examples.drawing.SceneMatcher;
import org.lamp4j.media.RgbImage;

/**
 * How well a clip shows a motion that began with a drawn scene. The object is found in every frame by template
 * matching; what the motion changes (place, height, size or angle) is compared with what it should have been:
 *
 * <pre>
 *   moved_f  = what has changed between frame 0 and frame f
 *   ideal_f  = the same in the drawn clip
 *   correlation = cov(moved, ideal) / (σ(moved) σ(ideal))
 *   magnitude   = cov(moved, ideal) / var(ideal)
 * </pre>
 *
 * @param correlation of the motion with the ideal one, -1 to 1; 0 if nothing moves
 * @param magnitude as a part of the ideal motion's, 1 if they are the same
 * @param sameObject whether the object is still recognised in the last frame
 * @param backgroundPsnr mean over the frames of what is not the object, in dB
 */
public record MotionScore(double correlation, double magnitude, boolean sameObject, double backgroundPsnr) {

    /** Least correlation of a motion that counts as the right one. */
    static final double RIGHT_CORRELATION = 0.8;

    /** Least part of the ideal motion that counts as a motion at all. */
    static final double LEAST_MAGNITUDE = 0.25;

    /** How far the magnitude may be from the ideal one. */
    static final double MAGNITUDE_TOLERANCE = 0.25;

    /**
     * Measures a clip.
     *
     * @param frames its frames, of {@link Scene#SIDE} pixels a side, at least 2
     * @param start what frame 0 shows
     * @param motion the motion it should show
     * @return the score
     */
    public static MotionScore of(List<RgbImage> frames, Scene start, Motion motion) {
        List<SceneMatch> tracked = SceneMatcher.create().track(frames, start, motion);
        double[] moved = changes(
                motion, tracked.stream().map(match -> match.scene().pose()).toList());
        double[] ideal = changes(
                motion,
                motion.frames(start, frames.size()).stream().map(Scene::pose).toList());
        double spread = covariance(moved, moved);
        double together = covariance(moved, ideal);
        double correlation = spread == 0 ? 0 : together / Math.sqrt(spread * covariance(ideal, ideal));
        double background = IntStream.range(0, frames.size())
                .mapToDouble(frame -> SceneMatcher.backgroundPsnr(
                        frames.get(frame), tracked.get(frame).scene()))
                .average()
                .orElseThrow();
        int last = frames.size() - 1;
        return new MotionScore(
                correlation,
                together / covariance(ideal, ideal),
                SceneMatcher.create().isSameObject(frames.get(last), tracked.get(last)),
                background);
    }

    /** Returns whether the clip shows the right motion, however strong. */
    public boolean isRightMotion() {
        return correlation >= RIGHT_CORRELATION && magnitude >= LEAST_MAGNITUDE;
    }

    /** Returns whether the motion is about as strong as it should be. */
    public boolean isRightMagnitude() {
        return isRightMotion() && Math.abs(magnitude - 1) <= MAGNITUDE_TOLERANCE;
    }

    /** Returns how far each pose is from the first one, in what the motion changes. */
    private static double[] changes(Motion motion, List<Pose> poses) {
        double[] values =
                poses.stream().mapToDouble(pose -> changed(motion, pose)).toArray();
        double[] changes = new double[values.length];
        for (int frame = 1; frame < values.length; frame++) {
            double change = values[frame] - values[frame - 1];
            changes[frame] = changes[frame - 1] + (motion == Motion.SPIN ? Math.IEEEremainder(change, 360) : change);
        }
        return changes;
    }

    private static double changed(Motion motion, Pose pose) {
        return switch (motion) {
            case RIGHT -> pose.centreX();
            case RISE, BOUNCE -> -pose.centreY();
            case GROW -> pose.size();
            case SPIN -> pose.degrees();
        };
    }

    private static double covariance(double[] a, double[] b) {
        double meanA = IntStream.range(0, a.length)
                .mapToDouble(index -> a[index])
                .average()
                .orElseThrow();
        double meanB = IntStream.range(0, b.length)
                .mapToDouble(index -> b[index])
                .average()
                .orElseThrow();
        return IntStream.range(0, a.length)
                .mapToDouble(index -> (a[index] - meanA) * (b[index] - meanB))
                .average()
                .orElseThrow();
    }
}
