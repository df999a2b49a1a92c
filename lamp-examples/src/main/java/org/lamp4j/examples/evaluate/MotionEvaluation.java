package org.lamp4j.examples.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.media.VideoClip;

/**
 * Scores of clips of one motion, made in one way: a run of several clips for each seed. Figures are the mean over the
 * runs; in brackets stands the least of them, where there are several. Mutable.
 */
public final class MotionEvaluation {

    private final Motion motion;
    private final List<List<MotionScore>> runs = new ArrayList<>();

    /**
     * Prepares an evaluation, of no runs yet.
     *
     * @param motion the motion
     */
    public MotionEvaluation(Motion motion) {
        this.motion = motion;
    }

    /**
     * Scores the clips of a run.
     *
     * @param drawn the scenes that the clips begin with
     * @param clips one clip for each of the first held-out scenes
     * @return this evaluation
     */
    public MotionEvaluation add(MotionClips drawn, List<VideoClip> clips) {
        return add(scores(motion, drawn, clips));
    }

    /** Scores the clips of a run, for {@link #add(List)}. */
    static List<MotionScore> scores(Motion motion, MotionClips drawn, List<VideoClip> clips) {
        List<CaptionedScene> starts = drawn.heldOutStarts(motion);
        List<MotionScore> scores = new ArrayList<>();
        for (VideoClip clip : clips) {
            scores.add(MotionScore.of(clip.frames(), starts.get(scores.size()).scene(), motion));
        }
        return scores;
    }

    /** Adds a run whose clips are scored. */
    MotionEvaluation add(List<MotionScore> scores) {
        runs.add(List.copyOf(scores));
        return this;
    }

    /** Returns how many clips of a run show the motion, in the mean of the runs. */
    public double rightMotions() {
        return mean(MotionEvaluation::rightMotions);
    }

    private static double rightMotions(List<MotionScore> run) {
        return run.stream().filter(MotionScore::isRightMotion).count();
    }

    private static double rightMagnitudes(List<MotionScore> run) {
        return run.stream().filter(MotionScore::isRightMagnitude).count();
    }

    private static double presentThroughout(List<MotionScore> run) {
        return run.stream().filter(MotionScore::isPresentThroughout).count();
    }

    /** Returns the mean of all clips' magnitudes. */
    public double meanMagnitude() {
        return mean(MotionEvaluation::magnitude);
    }

    private static double magnitude(List<MotionScore> run) {
        return run.stream().mapToDouble(MotionScore::magnitude).average().orElseThrow();
    }

    private static double background(List<MotionScore> run) {
        return run.stream().mapToDouble(MotionScore::backgroundPsnr).average().orElseThrow();
    }

    /**
     * Returns the figures as a line of a table in Markdown: motion, how the clips were made, clips of the right motion,
     * of the right magnitude, mean magnitude, clips with the object in every frame, background in dB.
     *
     * @param made how the clips came about, in a few words
     * @return the line
     */
    public String row(String made) {
        return "| " + motion.phrase() + " | " + made
                + " | " + clips(MotionEvaluation::rightMotions)
                + " | " + clips(MotionEvaluation::rightMagnitudes)
                + " | " + figure("%.2f", MotionEvaluation::magnitude)
                + " | " + clips(MotionEvaluation::presentThroughout)
                + " | " + figure("%.1f", MotionEvaluation::background) + " dB |";
    }

    private String clips(ToDoubleFunction<List<MotionScore>> counted) {
        return figure(runs.size() == 1 ? "%.0f" : "%.1f", counted) + " of "
                + runs.get(0).size();
    }

    private String figure(String format, ToDoubleFunction<List<MotionScore>> figure) {
        String mean = String.format(Locale.ROOT, format, mean(figure));
        double least = runs.stream().mapToDouble(figure).min().orElseThrow();
        return runs.size() == 1 ? mean : mean + " (" + String.format(Locale.ROOT, format, least) + ")";
    }

    private double mean(ToDoubleFunction<List<MotionScore>> figure) {
        return runs.stream().mapToDouble(figure).average().orElseThrow();
    }
}
