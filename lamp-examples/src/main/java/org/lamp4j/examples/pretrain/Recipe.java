package org.lamp4j.examples.pretrain;

import java.util.List;
import org.lamp4j.examples.drawing.SceneVariety;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.config.VideoUNetConfig.Level;

/**
 * All that decides what a pre-training run gives, besides how things are drawn.
 *
 * @param seed where all randomness comes from
 * @param vae dimensions of the auto-encoder; its scaling factor is measured once it is trained
 * @param unet dimensions of the UNet
 * @param text dimensions of the text encoder; its vocabulary is as large as the captions make it
 * @param autoencoder how the auto-encoder is trained
 * @param denoiser how text encoder and UNet are trained
 * @param sceneCount number of scenes whose latents the UNet is trained on
 * @param variety how much the scenes of both stages differ
 */
public record Recipe(
        long seed,
        VaeConfig vae,
        VideoUNetConfig unet,
        ClipTextConfig text,
        Schedule autoencoder,
        Schedule denoiser,
        int sceneCount,
        SceneVariety variety) {

    private static final int GROUPS = 16;
    private static final int LATENT_SIZE = 16;
    private static final int TEXT_WIDTH = 64;

    /**
     * How long and how fast a stage trains.
     *
     * @param steps optimiser steps; 0 leaves the network as it begins
     * @param shardCount parts of a batch, each on a thread of its own
     * @param shardSize samples in a part
     * @param learningRate highest rate, after a warm-up and before a cosine
     * @param averaging how much of the running average of the parameters stays from step to step
     */
    public record Schedule(int steps, int shardCount, int shardSize, float learningRate, float averaging) {

        /** Checks the numbers. */
        public Schedule {
            if (steps < 0 || shardCount < 1 || shardSize < 1) {
                throw new IllegalArgumentException("expected 0 or more steps, 1 or more shards and samples, but was "
                        + steps + ", " + shardCount + " and " + shardSize + " (Recipe)");
            }
            if (!(learningRate > 0 && Float.isFinite(learningRate))) {
                throw new IllegalArgumentException(
                        "expected a learning rate above 0, but was " + learningRate + " (Recipe)");
            }
        }

        /**
         * Returns the same schedule, longer or shorter.
         *
         * @param newSteps optimiser steps, at least 0
         * @return the schedule
         */
        public Schedule withSteps(int newSteps) {
            return new Schedule(newSteps, shardCount, shardSize, learningRate, averaging);
        }

        /**
         * Returns the same schedule with batches of another size, in two shards where they can be.
         *
         * @param newBatchSize samples in a step, at least 1
         * @param newLearningRate highest rate, above 0
         * @return the schedule
         */
        public Schedule withBatches(int newBatchSize, float newLearningRate) {
            int shards = newBatchSize % 2 == 0 ? 2 : 1;
            return new Schedule(steps, shards, newBatchSize / shards, newLearningRate, averaging);
        }

        Schedule inOneShard() {
            return new Schedule(steps, 1, batchSize(), learningRate, averaging);
        }

        /**
         * Returns how many samples a step takes.
         *
         * @return those of all shards
         */
        public int batchSize() {
            return shardCount * shardSize;
        }
    }

    /**
     * Returns the recipe of models of the size that comes with the examples: 3.3 million parameters, almost three hours
     * on two cores. Its objects have any pose that a motion may bring them to.
     *
     * @return the recipe
     */
    public static Recipe embedded() {
        return new Recipe(
                20_231,
                new VaeConfig(3, 4, List.of(16, 32, 64), 1, 8, 1),
                new VideoUNetConfig(
                        4,
                        4,
                        List.of(
                                new Level(48, 4, true, true),
                                new Level(64, 4, true, true),
                                new Level(96, 4, false, false)),
                        1,
                        TEXT_WIDTH,
                        GROUPS,
                        1e-5f,
                        false,
                        true,
                        0,
                        LATENT_SIZE),
                new ClipTextConfig(
                        1024, 20, TEXT_WIDTH, 4 * TEXT_WIDTH, 2, 4, 1e-5f, ClipTextConfig.Activation.QUICK_GELU),
                new Schedule(5000, 2, 4, 2e-3f, 0.998f),
                new Schedule(60_000, 2, 8, 1e-3f, 0.9995f),
                30_720,
                SceneVariety.anyPose());
    }

    /**
     * Returns this recipe with other lengths.
     *
     * @param autoencoderSteps optimiser steps of the auto-encoder
     * @param denoiserSteps optimiser steps of text encoder and UNet
     * @param scenes number of scenes whose latents the UNet is trained on
     * @return the recipe
     */
    public Recipe withLengths(int autoencoderSteps, int denoiserSteps, int scenes) {
        return new Recipe(
                seed,
                vae,
                unet,
                text,
                autoencoder.withSteps(autoencoderSteps),
                denoiser.withSteps(denoiserSteps),
                scenes,
                variety);
    }

    /** Returns this recipe for a device that gains nothing by several threads. */
    Recipe inOneShard() {
        return new Recipe(seed, vae, unet, text, autoencoder.inOneShard(), denoiser.inOneShard(), sceneCount, variety);
    }

    /**
     * Returns this recipe with other batches for text encoder and UNet.
     *
     * @param batchSize images in a step, at least 1
     * @param learningRate highest rate
     * @return the recipe
     */
    public Recipe withBatches(int batchSize, float learningRate) {
        return new Recipe(
                seed, vae, unet, text, autoencoder, denoiser.withBatches(batchSize, learningRate), sceneCount, variety);
    }

    Recipe withVocabulary(int vocabularySize) {
        ClipTextConfig exact = new ClipTextConfig(
                vocabularySize,
                text.positions(),
                text.width(),
                text.feedForwardWidth(),
                text.layers(),
                text.heads(),
                text.epsilon(),
                text.activation());
        return new Recipe(seed, vae, unet, exact, autoencoder, denoiser, sceneCount, variety);
    }

    /**
     * Returns this recipe with other randomness.
     *
     * @param newSeed where all randomness comes from
     * @return the recipe
     */
    public Recipe withSeed(long newSeed) {
        return new Recipe(newSeed, vae, unet, text, autoencoder, denoiser, sceneCount, variety);
    }

    /**
     * Returns this recipe with other scenes.
     *
     * @param newVariety how much they differ
     * @return the recipe
     */
    public Recipe withVariety(SceneVariety newVariety) {
        return new Recipe(seed, vae, unet, text, autoencoder, denoiser, sceneCount, newVariety);
    }
}
