package org.lamp4j.evaluation;

import java.util.Arrays;
import java.util.List;
import org.lamp4j.tensor.FloatTensor;

/**
 * LAMP's three scores, from CLIP embeddings of frames and prompts. All are cosines times 100.
 *
 * @see <a href="https://arxiv.org/abs/2310.10769">Wu et al., LAMP</a>, section 4.2
 */
public final class ClipScores {

    private static final double PERCENT = 100;

    private ClipScores() {}

    /**
     * Returns how well a clip fits its prompt: the mean over its frames of the cosine between frame and prompt.
     *
     * @param frames embeddings of the frames, {@code [E]} each, at least one
     * @param prompt embedding of the prompt, {@code [E]}
     * @return -100 to 100; higher is better
     */
    public static double alignment(List<FloatTensor> frames, FloatTensor prompt) {
        requireFrames(frames, 1);
        double[] text = unit(prompt);
        return PERCENT
                * frames.stream()
                        .mapToDouble(frame -> dot(unit(frame), text))
                        .average()
                        .orElseThrow();
    }

    /**
     * Returns how much the frames of a clip are alike: the mean cosine over all pairs of frames.
     *
     * @param frames embeddings of the frames, {@code [E]} each, at least two
     * @return -100 to 100; higher is better
     */
    public static double consistency(List<FloatTensor> frames) {
        requireFrames(frames, 2);
        return PERCENT * meanOfPairs(frames.stream().map(ClipScores::unit).toList());
    }

    /**
     * Returns how much clips are alike: the mean cosine over all pairs of clips between the means of their frames'
     * embeddings.
     *
     * @param clips for each clip the embeddings of its frames, {@code [E]} each; at least two clips
     * @return -100 to 100; lower is better
     */
    public static double diversity(List<List<FloatTensor>> clips) {
        if (clips.size() < 2) {
            throw new IllegalArgumentException(
                    "expected at least 2 clips, but was " + clips.size() + " (ClipScores.diversity)");
        }
        return PERCENT * meanOfPairs(clips.stream().map(ClipScores::mean).toList());
    }

    private static double meanOfPairs(List<double[]> units) {
        double sum = 0;
        int pairs = 0;
        for (int first = 0; first < units.size(); first++) {
            for (int second = first + 1; second < units.size(); second++) {
                sum += dot(units.get(first), units.get(second));
                pairs++;
            }
        }
        return sum / pairs;
    }

    private static double[] mean(List<FloatTensor> frames) {
        requireFrames(frames, 1);
        double[] mean = new double[frames.get(0).shape().size(0)];
        for (FloatTensor frame : frames) {
            double[] direction = unit(frame);
            requireSameLength(mean, direction);
            for (int index = 0; index < mean.length; index++) {
                mean[index] += direction[index];
            }
        }
        return unit(mean);
    }

    private static double[] unit(FloatTensor embedding) {
        double[] values = new double[embedding.shape().size(0)];
        for (int index = 0; index < values.length; index++) {
            values[index] = embedding.valueAt(index);
        }
        return unit(values);
    }

    private static double[] unit(double[] values) {
        double length = Math.sqrt(dot(values, values));
        return Arrays.stream(values).map(value -> value / length).toArray();
    }

    private static double dot(double[] a, double[] b) {
        requireSameLength(a, b);
        double sum = 0;
        for (int index = 0; index < a.length; index++) {
            sum += a[index] * b[index];
        }
        return sum;
    }

    private static void requireSameLength(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "expected embeddings of one length, but was " + a.length + " and " + b.length + " (ClipScores)");
        }
    }

    private static void requireFrames(List<FloatTensor> frames, int least) {
        if (frames.size() < least) {
            throw new IllegalArgumentException(
                    "expected at least " + least + " frames, but was " + frames.size() + " (ClipScores)");
        }
    }
}
