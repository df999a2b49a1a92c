package org.lamp4j.examples.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.lamp4j.Backbone;
import org.lamp4j.media.FrameSize;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.spi.MotionTrainer;
import org.lamp4j.spi.MotionTrainer.Batch;
import org.lamp4j.spi.MotionTrainer.Update;
import org.lamp4j.spi.MotionWeights;
import org.lamp4j.spi.NoisePredictor;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.training.TrainingOptions;

/**
 * Times each part of training and generating with one model. What is compared is measured in turns, once each a round,
 * so that a ratio holds on a machine whose speed drifts; medians of the rounds are printed.
 *
 * @param frameCount frames of the clip
 * @param frameSize size of the clip
 * @param rounds rounds measured after two that are not
 */
public record Benchmark(int frameCount, FrameSize frameSize, int rounds) {

    private static final int WARM_UP_ROUNDS = 2;
    private static final int TIMESTEP = 500;
    private static final Update UPDATE = new Update(1e-5f, 0.9f, 0.999f, 1e-8f, 1e-2f, 1);

    /** Checks the numbers. */
    public Benchmark {
        if (frameCount < 2 || rounds < 1) {
            throw new IllegalArgumentException(
                    "expected 2 frames and 1 round or more, but was " + frameCount + " and " + rounds);
        }
    }

    /** Seconds that one part took in each round. */
    private static final class Series {
        private final List<Double> seconds = new ArrayList<>();

        <T> T time(Supplier<T> part) {
            long start = System.nanoTime();
            T result = part.get();
            seconds.add((System.nanoTime() - start) * 1e-9);
            return result;
        }

        double median() {
            return medianOf(seconds.subList(WARM_UP_ROUNDS, seconds.size()));
        }

        /** Median over the rounds of this part's time as a multiple of others' together. */
        double ratioTo(Series... others) {
            List<Double> ratios = new ArrayList<>();
            for (int round = WARM_UP_ROUNDS; round < seconds.size(); round++) {
                double together = 0;
                for (Series other : others) {
                    together += other.seconds.get(round);
                }
                ratios.add(seconds.get(round) / together);
            }
            return medianOf(ratios);
        }

        private static double medianOf(List<Double> values) {
            List<Double> sorted = new ArrayList<>(values);
            Collections.sort(sorted);
            return sorted.get(sorted.size() / 2);
        }
    }

    /**
     * Measures a model and prints the figures.
     *
     * @param backbone the model
     * @param out where to print
     */
    public void run(Backbone backbone, PrintWriter out) {
        LatentCodec codec = backbone.latentCodec();
        Shape latents = Shape.of(
                1,
                codec.latentChannels(),
                frameCount,
                frameSize.height() / codec.factor(),
                frameSize.width() / codec.factor());
        out.printf("clip: %d frames of %s, latents %s%n", frameCount, frameSize, latents);
        FloatTensor context = measureCodecs(backbone, out);
        measureUNet(backbone, latents, context, out);
    }

    private FloatTensor measureCodecs(Backbone backbone, PrintWriter out) {
        RandomSource random = RandomSource.stream(0, "bench", 0);
        FloatTensor picture = random.gaussian(Shape.of(1, 3, frameSize.height(), frameSize.width()));
        Series text = new Series();
        Series encode = new Series();
        Series decode = new Series();
        FloatTensor context = null;
        for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
            context = text.time(() -> backbone.encodePrompt("a horse runs on Mars"));
            FloatTensor mean =
                    encode.time(() -> backbone.latentCodec().encode(picture).mean());
            decode.time(() -> backbone.latentCodec().decode(mean));
        }
        print(out, "text encoder", text, "a prompt");
        print(out, "VAE encoder", encode, "a frame");
        print(out, "VAE decoder", decode, "a frame");
        return context;
    }

    private void measureUNet(Backbone backbone, Shape latents, FloatTensor context, PrintWriter out) {
        RandomSource random = RandomSource.stream(0, "bench", 1);
        FloatTensor noisy = random.gaussian(latents);
        Batch batch = new Batch(noisy, new int[] {TIMESTEP}, context, random.gaussian(latents));
        List<String> modules = TrainingOptions.newBuilder().build().trainableModules();
        MotionWeights motion = backbone.model().freshMotion(modules, 0);
        out.printf(Locale.ROOT, "trained parameters: %,d%n", motion.elementCount());
        Series openPredictor = new Series();
        Series openTrainer = new Series();
        try (NoisePredictor predictor =
                        openPredictor.time(() -> backbone.model().noisePredictor(motion, latents));
                MotionTrainer trainer =
                        openTrainer.time(() -> backbone.model().motionTrainer(motion, modules, latents))) {
            out.printf(Locale.ROOT, "%-22s %9.2f s%n", "open for generating", openPredictor.seconds.get(0));
            out.printf(Locale.ROOT, "%-22s %9.2f s%n", "open for training", openTrainer.seconds.get(0));
            Series forward = new Series();
            Series gradients = new Series();
            Series update = new Series();
            for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
                forward.time(() -> predictor.predict(noisy, new int[] {TIMESTEP}, context));
                gradients.time(() -> trainer.accumulate(batch));
                update.time(() -> trainer.update(UPDATE));
            }
            print(out, "UNet forward", forward, "a clip");
            print(out, "loss and gradients", gradients, "a step");
            print(out, "clipping and AdamW", update, "a step");
            out.printf(Locale.ROOT, "loss and gradients / forward: %.2f%n", gradients.ratioTo(forward));
            out.printf(
                    Locale.ROOT, "clipping and AdamW / whole step: %.1f %%%n", 100 * update.ratioTo(gradients, update));
        }
    }

    private static void print(PrintWriter out, String name, Series series, String unit) {
        out.printf(Locale.ROOT, "%-22s %9.1f ms %s%n", name, series.median() * 1000, unit);
        out.flush();
    }
}
