package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lamp4j.device.Device;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.BaseModelConfig;
import org.lamp4j.onnx.pretraining.BaseModel;
import org.lamp4j.onnx.pretraining.DenoisingBatch;
import org.lamp4j.onnx.pretraining.InitialValues;
import org.lamp4j.onnx.pretraining.NetworkTraining;
import org.lamp4j.onnx.pretraining.NetworkTraining.Network;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.text.ClipTokenizer;

/** Trains text encoder and UNet together on the latents of captioned scenes. */
final class DenoiserStage {

    static final String NAME = "denoiser";

    /** One caption in so many is replaced by an empty one, so that guidance has something to lead away from. */
    private static final int CAPTIONS_PER_EMPTY = 10;

    /** γ of min-SNR: the weight of nearly clean latents is capped where their signal is so many times the noise. */
    private static final float SIGNAL_TO_NOISE_CAP = 5;

    private static final float WEIGHT_DECAY = 1e-2f;

    private final Recipe recipe;
    private final ClipTokenizer tokenizer;

    DenoiserStage(Recipe recipe, ClipTokenizer tokenizer) {
        this.recipe = recipe;
        this.tokenizer = tokenizer;
    }

    Stage<DenoisingBatch> open(Path folder, InitialValues start, Device device) throws IOException {
        NetworkTraining<DenoisingBatch> training = NetworkTraining.ofDenoiser(
                new BaseModelConfig(recipe.text(), recipe.vae(), recipe.unet()),
                recipe.denoiser().shardSize(),
                new NetworkTraining.Start(
                        recipe.denoiser().shardCount(), Stage.optimizer(WEIGHT_DECAY), start, device));
        try {
            return new Stage<>(NAME, recipe.denoiser(), training, folder);
        } catch (IOException | RuntimeException e) {
            training.close();
            throw e;
        }
    }

    /** Writes text encoder and UNet as the stage has them. */
    void write(BaseModel files, Stage<DenoisingBatch> stage) throws IOException {
        files.writeTextEncoder(recipe.text(), stage.averages(Network.TEXT_ENCODER), StoredPrecision.FLOAT16);
        files.writeUNet(recipe.unet(), stage.averages(Network.UNET), StoredPrecision.FLOAT16);
    }

    List<DenoisingBatch> batch(int step, LatentScenes scenes, NoiseSchedule noise) {
        RandomSource random = RandomSource.stream(recipe.seed(), "denoising", step);
        List<DenoisingBatch> shards = new ArrayList<>();
        for (int shard = 0; shard < recipe.denoiser().shardCount(); shard++) {
            shards.add(shard(random, scenes, noise));
        }
        return shards;
    }

    private DenoisingBatch shard(RandomSource random, LatentScenes scenes, NoiseSchedule schedule) {
        int size = recipe.denoiser().shardSize();
        List<FloatTensor> latents = new ArrayList<>();
        int[] timesteps = new int[size];
        List<int[]> captions = new ArrayList<>();
        float[] weights = new float[size];
        for (int sample = 0; sample < size; sample++) {
            int scene = random.nextInt(scenes.count());
            latents.add(scenes.latent(scene));
            String caption = random.nextInt(CAPTIONS_PER_EMPTY) == 0 ? "" : scenes.caption(scene);
            captions.add(tokenizer.encode(caption));
            timesteps[sample] = random.nextInt(schedule.trainTimesteps());
            weights[sample] = minSnrWeight(schedule, timesteps[sample]);
        }
        FloatTensor clean = FloatTensor.concat(0, latents);
        FloatTensor noise = random.gaussian(clean.shape());
        return new DenoisingBatch(
                schedule.addNoise(clean, noise, timesteps),
                schedule.target(clean, noise, timesteps),
                Arrays.stream(timesteps).boxed().toList(),
                captions,
                FloatTensor.of(Shape.of(size), weights));
    }

    /** {@code min(SNR, γ) / SNR}, for a network that predicts noise (Hang et al., arXiv 2303.09556, section 3.4). */
    private static float minSnrWeight(NoiseSchedule schedule, int timestep) {
        double signal = schedule.alphaCumprod(timestep);
        double ratio = signal / (1 - signal);
        return (float) (Math.min(ratio, SIGNAL_TO_NOISE_CAP) / ratio);
    }
}
