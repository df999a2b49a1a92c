package org.lamp4j.training.loop;

import java.util.ArrayList;
import java.util.List;
import org.lamp4j.spi.LatentDistribution;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.HorizontalFlip;
import org.lamp4j.training.TrainingOptions;
import org.lamp4j.training.WindowStart;

/**
 * A clip as training keeps it: the latents' posterior of its frames, its prompt, and how much it counts.
 *
 * @param frames posterior {@code [1, C, h, w]} of every frame that windows reach
 * @param mirrored the same for the mirrored frames, or empty when clips are not flipped. (The auto-encoder is not
 *     exactly symmetric, so a mirrored image is encoded for itself.)
 * @param context text hidden states {@code [1, N, D]}
 * @param weight how often it is drawn in a round of the clips, on average
 */
record LatentClip(
        List<LatentDistribution> frames, List<LatentDistribution> mirrored, FloatTensor context, double weight) {

    /** Draws the latents of a window, {@code [1, C, F, h, w]}, unscaled; the posterior is drawn afresh. */
    FloatTensor drawWindow(TrainingOptions options, RandomSource random) {
        TrainingOptions.Window shown = options.window();
        boolean flip = shown.horizontalFlip() == HorizontalFlip.RANDOM && random.nextInt(2) == 1;
        List<LatentDistribution> source = flip ? mirrored : frames;
        int length = Math.toIntExact(shown.length());
        int start = shown.windowStart() == WindowStart.RANDOM ? random.nextInt(source.size() - length + 1) : 0;
        List<FloatTensor> window = new ArrayList<>();
        for (int frame = 0; frame < shown.frameCount(); frame++) {
            FloatTensor latent = source.get(start + frame * shown.frameStride()).sample(random);
            Shape shape = latent.shape();
            window.add(latent.reshape(Shape.of(1, shape.size(1), 1, shape.size(2), shape.size(3))));
        }
        return FloatTensor.concat(2, window);
    }
}
