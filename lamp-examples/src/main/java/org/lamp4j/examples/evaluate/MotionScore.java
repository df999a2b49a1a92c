package org.lamp4j.examples.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.Pose;
import org.lamp4j.examples.drawing.Scene;
import org.lamp4j.examples.drawing.SceneMatch;
import org.lamp4j.examples.drawing.SceneMatcher;
import org.lamp4j.examples.drawing.SceneVariety;
import org.lamp4j.media.RgbImage;

/**
 * How well a clip shows a motion that began with a drawn scene. The object is looked for in every frame by template
 * matching. A frame in which it is not there, or in which another object comes closer, is lost. In the others, what the
 * motion changes (place, across as well as down, size or angle) is compared with what it should have been:
 *
 * <pre>
 *   moved_f  = what frame f shows
 *   ideal_f  = the same in the drawn clip
 *   correlation = cov(moved, ideal) / (σ(moved) σ(ideal))
 *   magnitude   = cov(moved, ideal) / var(ideal)
 * </pre>
 *
 * with covariances summed over what the motion changes.
 *
 * @param correlation of the motion with the ideal one, -1 to 1; 0 if nothing moves
 * @param magnitude as a part of the ideal motion's, 1 if they are the same
 * @param lostFrames number of frames in which the object is not recognised
 * @param backgroundPsnr mean over the frames of what is not the object, in dB
 */
public record MotionScore(double correlation, double magnitude, int lostFrames, double backgroundPsnr) {

    /** Least correlation of a motion that counts as the right one. */
    static final double RIGHT_CORRELATION = 0.8;

    /** Least part of the ideal motion that counts as a motion at all. */
    static final double LEAST_MAGNITUDE = 0.25;

    /** How far the magnitude may be from the ideal one. */
    static final double MAGNITUDE_TOLERANCE = 0.25;

    /** Most frames without the object in a clip that counts as right. */
    static final int MOST_LOST_FRAMES = 1;

    /** Degrees that turn the edge of an object of usual size by about as much as a pixel moves it. */
    private static final double DEGREES_PER_PIXEL = 4;

    /**
     * Measures a clip.
     *
     * @param frames its frames, of {@link Scene#SIDE} pixels a side, at least 2
     * @param start what frame 0 shows
     * @param motion the motion it should show
     * @return the score
     */
    public static MotionScore of(List<RgbImage> frames, Scene start, Motion motion) {
        SceneMatcher matcher = SceneMatcher.of(SceneVariety.embedded());
        List<SceneMatch> tracked = matcher.track(frames, start, motion);
        int[] present = IntStream.range(0, frames.size())
                .parallel()
                .filter(frame -> matcher.isPresent(frames.get(frame), tracked.get(frame)))
                .toArray();
        List<Pose> poses =
                withoutJumps(tracked.stream().map(match -> match.scene().pose()).toList());
        List<Pose> ideal =
                motion.frames(start, frames.size()).stream().map(Scene::pose).toList();
        double spread = 0;
        double idealSpread = 0;
        double together = 0;
        for (ToDoubleFunction<Pose> changed : changedBy(motion)) {
            double[] moved = values(poses, present, changed);
            double[] wanted = values(ideal, present, changed);
            spread += covariance(moved, moved);
            idealSpread += covariance(wanted, wanted);
            together += covariance(moved, wanted);
        }
        double background = IntStream.range(0, frames.size())
                .mapToDouble(frame -> SceneMatcher.backgroundPsnr(
                        frames.get(frame), tracked.get(frame).scene()))
                .average()
                .orElseThrow();
        return new MotionScore(
                spread * idealSpread == 0 ? 0 : together / Math.sqrt(spread * idealSpread),
                idealSpread == 0 ? 0 : together / idealSpread,
                frames.size() - present.length,
                background);
    }

    /** Returns whether the clip shows the right motion, however strong, of an object that is there all along. */
    public boolean isRightMotion() {
        return lostFrames <= MOST_LOST_FRAMES && correlation >= RIGHT_CORRELATION && magnitude >= LEAST_MAGNITUDE;
    }

    /** Returns whether the motion is about as strong as it should be. */
    public boolean isRightMagnitude() {
        return isRightMotion() && Math.abs(magnitude - 1) <= MAGNITUDE_TOLERANCE;
    }

    /** Returns whether the object is recognised in every frame. */
    public boolean isPresentThroughout() {
        return lostFrames == 0;
    }

    /** An angle goes on from the frame before by the shorter way. */
    private static List<Pose> withoutJumps(List<Pose> poses) {
        List<Pose> smooth = new ArrayList<>();
        for (Pose pose : poses) {
            double before = smooth.isEmpty()
                    ? pose.degrees()
                    : smooth.get(smooth.size() - 1).degrees();
            smooth.add(pose.withDegrees(before + Math.IEEEremainder(pose.degrees() - before, 360)));
        }
        return smooth;
    }

    private static List<ToDoubleFunction<Pose>> changedBy(Motion motion) {
        List<ToDoubleFunction<Pose>> changed = new ArrayList<>();
        if (motion.changesPlace()) {
            changed.add(Pose::centreX);
            changed.add(Pose::centreY);
        }
        if (motion.changesSize()) {
            changed.add(Pose::size);
        }
        if (motion.changesAngle()) {
            changed.add(pose -> pose.degrees() / DEGREES_PER_PIXEL);
        }
        return changed;
    }

    private static double[] values(List<Pose> poses, int[] frames, ToDoubleFunction<Pose> changed) {
        return IntStream.of(frames)
                .mapToDouble(frame -> changed.applyAsDouble(poses.get(frame)))
                .toArray();
    }

    /** Of no frames, nothing is known: 0. */
    private static double covariance(double[] a, double[] b) {
        double meanA = IntStream.range(0, a.length)
                .mapToDouble(index -> a[index])
                .average()
                .orElse(0);
        double meanB = IntStream.range(0, b.length)
                .mapToDouble(index -> b[index])
                .average()
                .orElse(0);
        return IntStream.range(0, a.length)
                .mapToDouble(index -> (a[index] - meanA) * (b[index] - meanB))
                .average()
                .orElse(0);
    }
}
