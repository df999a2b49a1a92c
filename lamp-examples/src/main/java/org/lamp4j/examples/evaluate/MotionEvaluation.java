package org.lamp4j.examples.evaluate;

import java.util.List;
import java.util.function.Predicate;
import org.lamp4j.examples.drawing.Motion;

/**
 * Scores of the clips of one motion.
 *
 * @param motion the motion
 * @param made how the clips came about, in a word or two
 * @param scores one for each held-out scene
 */
public record MotionEvaluation(Motion motion, String made, List<MotionScore> scores) {

    /** Keeps the scores. */
    public MotionEvaluation {
        scores = List.copyOf(scores);
    }

    /** Returns how many clips show the motion. */
    public int rightMotions() {
        return count(MotionScore::isRightMotion);
    }

    /** Returns how many clips show it about as strongly as the clips that were learned from. */
    public int rightMagnitudes() {
        return count(MotionScore::isRightMagnitude);
    }

    /** Returns in how many clips the object is recognised to the end. */
    public int sameObjects() {
        return count(MotionScore::sameObject);
    }

    /** Returns the mean of the clips' magnitudes. */
    public double meanMagnitude() {
        return scores.stream().mapToDouble(MotionScore::magnitude).average().orElseThrow();
    }

    /** Returns the mean over the clips of the PSNR of their backgrounds, in dB. */
    public double backgroundPsnr() {
        return scores.stream()
                .mapToDouble(MotionScore::backgroundPsnr)
                .average()
                .orElseThrow();
    }

    private int count(Predicate<MotionScore> criterion) {
        return (int) scores.stream().filter(criterion).count();
    }
}
