package org.lamp4j.onnx.pretraining;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.diffusion.ConsistencyFunction;
import org.lamp4j.diffusion.LcmSampler;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.diffusion.PredictionType;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * Noisy images and their captions, from which an update for few steps learns in one step.
 *
 * @param latents noisy latents, {@code [B, C, h, w]}, scaled
 * @param timesteps how noisy each image is: some of {@link LcmSampler#distilledTimesteps}, B of them
 * @param context hidden states of each caption, {@code [B, N, D]}
 */
public record ConsistencyBatch(FloatTensor latents, List<Integer> timesteps, FloatTensor context) {

    /** Copies the list, and checks that it is as long as there are images. */
    public ConsistencyBatch {
        timesteps = List.copyOf(timesteps);
        if (timesteps.size() != latents.shape().size(0)
                || timesteps.size() != context.shape().size(0)) {
            throw new IllegalArgumentException("expected a timestep and a caption for each of "
                    + latents.shape().size(0) + " images, but was " + timesteps.size() + " and "
                    + context.shape().size(0) + " (ConsistencyBatch)");
        }
    }

    /**
     * Adds noise to images, each as much as a timestep drawn from those that models are distilled at.
     *
     * @param schedule the noise schedule the model was trained with
     * @param clean clean latents, {@code [B, C, h, w]}, scaled
     * @param context hidden states of each caption, {@code [B, N, D]}
     * @param random where timesteps and noise come from; advanced
     * @return the batch
     */
    public static ConsistencyBatch draw(
            NoiseSchedule schedule, FloatTensor clean, FloatTensor context, RandomSource random) {
        int[] distilled = LcmSampler.distilledTimesteps(schedule);
        int[] timesteps = new int[clean.shape().size(0)];
        List<Integer> listed = new ArrayList<>();
        for (int image = 0; image < timesteps.length; image++) {
            timesteps[image] = distilled[random.nextInt(distilled.length)];
            listed.add(timesteps[image]);
        }
        FloatTensor noise = random.gaussian(clean.shape());
        return new ConsistencyBatch(schedule.addNoise(clean, noise, timesteps), listed, context);
    }

    Map<String, NativeTensor> inputs(NoiseSchedule schedule, FloatTensor emptyContext) {
        int[] distilled = LcmSampler.distilledTimesteps(schedule);
        int stride = distilled[distilled.length - 1] + 1;
        int count = timesteps.size();
        long[] from = new long[count];
        long[] to = new long[count];
        float[] factors = new float[6 * count];
        for (int image = 0; image < count; image++) {
            int timestep = timesteps.get(image);
            int cleaner = Math.max(0, timestep - stride);
            from[image] = timestep;
            to[image] = cleaner;
            double[] all = factors(schedule, timestep, cleaner);
            for (int index = 0; index < all.length; index++) {
                factors[index * count + image] = (float) all[index];
            }
        }
        Map<String, NativeTensor> inputs = new HashMap<>();
        inputs.put(ConsistencyGraph.LATENTS, NativeTensor.copyOf(latents));
        inputs.put(ConsistencyGraph.TIMESTEPS, NativeTensor.copyOf(Shape.of(count), from));
        inputs.put(ConsistencyGraph.CLEANER_TIMESTEPS, NativeTensor.copyOf(Shape.of(count), to));
        inputs.put(ConsistencyGraph.CONTEXT, NativeTensor.copyOf(context));
        inputs.put(ConsistencyGraph.FACTORS, NativeTensor.copyOf(FloatTensor.of(Shape.of(6, count, 1, 1, 1), factors)));
        if (emptyContext.shape().rank() > 0) {
            inputs.put(ConsistencyGraph.EMPTY_CONTEXT, NativeTensor.copyOf(emptyContext));
        }
        return inputs;
    }

    /**
     * Returns what latents and a network's output are multiplied by: in a step of DDIM from t to s, in f at s, and in f
     * at t.
     */
    static double[] factors(NoiseSchedule schedule, int from, int to) {
        Roots noisy = Roots.at(schedule, from);
        Roots cleaner = Roots.at(schedule, to);
        boolean velocity = schedule.predictionType() == PredictionType.V_PREDICTION;
        double[] step = velocity
                ? new double[] {
                    cleaner.signal * noisy.signal + cleaner.spread * noisy.spread,
                    cleaner.spread * noisy.signal - cleaner.signal * noisy.spread
                }
                : new double[] {
                    cleaner.signal / noisy.signal, cleaner.spread - cleaner.signal * noisy.spread / noisy.signal
                };
        double[] past = consistency(cleaner, to, velocity);
        double[] student = consistency(noisy, from, velocity);
        return new double[] {step[0], step[1], past[0], past[1], student[0], student[1]};
    }

    private static double[] consistency(Roots level, int timestep, boolean velocity) {
        double skip = ConsistencyFunction.skip(timestep);
        double out = ConsistencyFunction.out(timestep);
        return velocity
                ? new double[] {skip + out * level.signal, -out * level.spread}
                : new double[] {skip + out / level.signal, -out * level.spread / level.signal};
    }

    /** α = sqrt(ᾱ) and σ = sqrt(1-ᾱ) of a timestep. */
    private record Roots(double signal, double spread) {

        static Roots at(NoiseSchedule schedule, int timestep) {
            double alpha = schedule.alphaCumprod(timestep);
            return new Roots(Math.sqrt(alpha), Math.sqrt(1 - alpha));
        }
    }
}
