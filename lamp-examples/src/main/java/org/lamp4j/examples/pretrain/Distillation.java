package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.errors.TrainingDivergedException;
import org.lamp4j.motion.AppliedLora;
import org.lamp4j.onnx.pretraining.ConsistencyBatch;
import org.lamp4j.onnx.pretraining.ConsistencyDistillation;
import org.lamp4j.onnx.pretraining.InitialValues;
import org.lamp4j.onnx.pretraining.NetworkTraining;
import org.lamp4j.progress.Decision;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.training.LearningRateSchedule;

/**
 * Makes a LoRA with which a model draws in few steps (LCM-LoRA), from images and their captions.
 *
 * @see <a href="https://arxiv.org/abs/2311.05556">Luo et al., LCM-LoRA</a>
 */
public final class Distillation {

    private static final String STAGE = "distilling";
    private static final int REPORT_EVERY = 10;
    private static final LearningRateSchedule RATE =
            LearningRateSchedule.warmUp(50).times(LearningRateSchedule.cosineTo(0.05));

    private final Backbone backbone;
    private final Settings settings;

    /**
     * What decides the result besides the images.
     *
     * @param steps optimiser steps, at least 1
     * @param rank r of the updates, at least 1
     * @param guidanceScale 0 or more, how strongly the model follows captions when it is distilled, which the LoRA
     *     learns
     * @param learningRate highest rate, after a warm-up and before a cosine
     * @param shardCount parts of a batch, each on a thread of its own
     * @param shardSize images in a part
     * @param averaging how much of the running average of the factors stays from step to step
     * @param seed where all randomness comes from
     * @param device what it is trained on; a GPU takes each batch whole
     */
    public record Settings(
            int steps,
            int rank,
            float guidanceScale,
            float learningRate,
            int shardCount,
            int shardSize,
            float averaging,
            long seed,
            Device device) {

        /** Checks the numbers. */
        public Settings {
            if (steps < 1) {
                throw new IllegalArgumentException("expected 1 or more steps, but was " + steps);
            }
            if (rank < 1) {
                throw new IllegalArgumentException("expected a rank of 1 or more, but was " + rank);
            }
            if (!(guidanceScale >= 0 && Float.isFinite(guidanceScale))) {
                throw new IllegalArgumentException("expected a guidance scale of 0 or more, but was " + guidanceScale);
            }
            if (!(learningRate > 0 && Float.isFinite(learningRate))) {
                throw new IllegalArgumentException("expected a learning rate above 0, but was " + learningRate);
            }
        }

        /**
         * Returns the settings for the model that comes with the examples.
         *
         * @return settings for a small model and two cores
         */
        public static Settings embedded() {
            return new Settings(3000, 4, 2, 1e-3f, 2, 4, 0.95f, 0, Device.cpu());
        }

        private Settings inOneShard() {
            return new Settings(
                    steps, rank, guidanceScale, learningRate, 1, shardCount * shardSize, averaging, seed, device);
        }
    }

    /**
     * Prepares a distillation.
     *
     * @param backbone the model, with the LoRAs that are added to it; stays as it is and open
     * @param settings what decides the result besides the images
     * @throws org.lamp4j.errors.DeviceUnavailableException if the device does not work
     */
    public Distillation(Backbone backbone, Settings settings) {
        this.backbone = backbone;
        this.settings = NetworkTraining.takesBatchesWhole(settings.device) ? settings.inOneShard() : settings;
    }

    /**
     * Distils, and writes the LoRA.
     *
     * @param images what is learned from
     * @param output the LoRA's file, replaced if it is there
     * @param limit how long the steps take at most; what is learned by then is written
     * @param listener hears of the steps, and may stop it
     * @return the number of steps taken
     * @throws IOException if the model cannot be read or the file not be written
     * @throws StoppedException if the listener says stop or the thread is interrupted; nothing is written
     */
    public int run(CaptionedLatents images, Path output, Duration limit, ProgressListener<PretrainingProgress> listener)
            throws IOException {
        try (ConsistencyDistillation training = ConsistencyDistillation.open(backbone, plan())) {
            images.requireShape(training.latents());
            int done = train(training, images, limit, listener);
            training.write(output, metadata(done));
            return done;
        }
    }

    private ConsistencyDistillation.Plan plan() {
        return new ConsistencyDistillation.Plan(
                settings.rank,
                settings.guidanceScale,
                settings.shardSize,
                new NetworkTraining.Start(
                        settings.shardCount, Stage.optimizer(0), InitialValues.random(settings.seed), settings.device));
    }

    private int train(
            ConsistencyDistillation training,
            CaptionedLatents images,
            Duration limit,
            ProgressListener<PretrainingProgress> listener) {
        long begin = System.nanoTime();
        double losses = 0;
        int unreported = 0;
        int done = 0;
        while (done < settings.steps && System.nanoTime() - begin < limit.toNanos()) {
            losses += step(training, images, done);
            done++;
            unreported++;
            if (unreported == REPORT_EVERY || done == settings.steps) {
                double seconds = (System.nanoTime() - begin) / 1e9;
                double rate = (double) done * settings.shardCount * settings.shardSize / seconds;
                report(
                        listener,
                        new PretrainingProgress.TrainingSteps(STAGE, done, settings.steps, losses / unreported, rate));
                losses = 0;
                unreported = 0;
            }
        }
        return done;
    }

    private double step(ConsistencyDistillation training, CaptionedLatents images, int done) {
        RandomSource random = RandomSource.stream(settings.seed, STAGE, done);
        List<ConsistencyBatch> shards = new ArrayList<>();
        for (int shard = 0; shard < settings.shardCount; shard++) {
            shards.add(shard(images, random));
        }
        float rate = (float) (settings.learningRate * RATE.factorAt(done, settings.steps));
        float loss = training.step(shards, rate, settings.averaging);
        if (!Float.isFinite(loss)) {
            throw new TrainingDivergedException(
                    "expected a finite loss, but was " + loss + " (" + STAGE + ", step " + done + ")", done + 1);
        }
        return loss;
    }

    private ConsistencyBatch shard(CaptionedLatents images, RandomSource random) {
        List<FloatTensor> latents = new ArrayList<>();
        List<FloatTensor> contexts = new ArrayList<>();
        for (int sample = 0; sample < settings.shardSize; sample++) {
            int image = random.nextInt(images.count());
            latents.add(images.latent(image));
            contexts.add(images.context(image));
        }
        return ConsistencyBatch.draw(
                backbone.noiseSchedule(), FloatTensor.concat(0, latents), FloatTensor.concat(0, contexts), random);
    }

    static void report(ProgressListener<PretrainingProgress> listener, PretrainingProgress progress) {
        if (Thread.currentThread().isInterrupted() || listener.onProgress(progress) == Decision.STOP) {
            throw new StoppedException("distillation was stopped, nothing was written");
        }
    }

    private Map<String, String> metadata(int done) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("ss_network_dim", Integer.toString(settings.rank));
        metadata.put("ss_network_alpha", Integer.toString(settings.rank));
        metadata.put("ss_steps", Integer.toString(done));
        metadata.put("lamp4j_kind", "latent consistency");
        metadata.put("lamp4j_guidance_scale", Float.toString(settings.guidanceScale));
        metadata.put("lamp4j_base", backbone.fingerprint());
        metadata.put("lamp4j_base_loras", AppliedLora.describe(backbone.model().loras()));
        return metadata;
    }
}
