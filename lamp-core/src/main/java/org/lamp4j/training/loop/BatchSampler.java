package org.lamp4j.training.loop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.training.TrainingOptions;

/**
 * Draws training batches. Batch k depends on the seed and on k alone, not on the batches before it. Within each round
 * of the clips every clip is drawn once, in a new order; one of weight w, w times on average: so often that after r
 * rounds it was drawn ⌊r w⌋ times. Two in place of one is the same as the clip twice in the list.
 */
final class BatchSampler {

    private final List<LatentClip> clips;
    private final NoiseSchedule schedule;
    private final float scalingFactor;
    private final TrainingOptions options;

    BatchSampler(List<LatentClip> clips, NoiseSchedule schedule, float scalingFactor, TrainingOptions options) {
        this.clips = clips;
        this.schedule = schedule;
        this.scalingFactor = scalingFactor;
        this.options = options;
    }

    MotionTrainer.Batch draw(long batchIndex) {
        RandomSource windows = RandomSource.stream(options.seed(), "window", batchIndex);
        RandomSource times = RandomSource.stream(options.seed(), "timestep", batchIndex);
        List<FloatTensor> latents = new ArrayList<>();
        List<FloatTensor> contexts = new ArrayList<>();
        int[] timesteps = new int[options.batches().batchSize()];
        for (int row = 0; row < timesteps.length; row++) {
            LatentClip clip = clips.get(clipIndex(batchIndex * timesteps.length + row));
            latents.add(clip.drawWindow(options, windows));
            contexts.add(clip.context());
            timesteps[row] = options.batches().timestepSampling().draw(times, schedule.trainTimesteps());
        }
        FloatTensor clean = FloatTensor.concat(0, latents).times(scalingFactor);
        FloatTensor noise = RandomSource.stream(options.seed(), "training noise", batchIndex)
                .gaussian(clean.shape());
        return new MotionTrainer.Batch(
                withCleanFirstFrame(schedule.addNoise(clean, noise, timesteps), clean),
                timesteps,
                FloatTensor.concat(0, contexts),
                schedule.target(clean, noise, timesteps));
    }

    private static FloatTensor withCleanFirstFrame(FloatTensor noisy, FloatTensor clean) {
        return FloatTensor.concat(
                2, List.of(clean.slice(2, 0, 1), noisy.slice(2, 1, noisy.shape().size(2))));
    }

    private int clipIndex(long draw) {
        long round = roundOf(draw);
        List<Integer> order = new ArrayList<>();
        for (int index = 0; index < clips.size(); index++) {
            long times = drawsBefore(round + 1, index) - drawsBefore(round, index);
            order.addAll(Collections.nCopies(Math.toIntExact(times), index));
        }
        RandomSource random = RandomSource.stream(options.seed(), "clip order", round);
        for (int left = order.size(); left > 1; left--) {
            Collections.swap(order, left - 1, random.nextInt(left));
        }
        return order.get((int) (draw - drawsBefore(round)));
    }

    /** Returns the last round that no more than so many draws come before; one without any draw is passed over. */
    private long roundOf(long draw) {
        long first = 0;
        long after = 1;
        while (drawsBefore(after) <= draw) {
            first = after;
            after *= 2;
        }
        while (after - first > 1) {
            long middle = first + (after - first) / 2;
            if (drawsBefore(middle) <= draw) {
                first = middle;
            } else {
                after = middle;
            }
        }
        return first;
    }

    private long drawsBefore(long round) {
        long draws = 0;
        for (int index = 0; index < clips.size(); index++) {
            draws += drawsBefore(round, index);
        }
        return draws;
    }

    private long drawsBefore(long round, int index) {
        return (long) Math.floor(round * clips.get(index).weight());
    }
}
