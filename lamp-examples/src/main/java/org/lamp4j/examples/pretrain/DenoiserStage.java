package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.diffusion.NoiseSchedule;
import org.lamp4j.onnx.pretraining.BaseModel;
import org.lamp4j.onnx.pretraining.DenoisingGraph;
import org.lamp4j.onnx.pretraining.InitialValues;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.training.NetworkTrainer;
import org.lamp4j.onnx.weights.StoredType;
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
    private final DenoisingGraph graph;

    DenoiserStage(Recipe recipe, ClipTokenizer tokenizer) {
        this.recipe = recipe;
        this.tokenizer = tokenizer;
        this.graph = new DenoisingGraph(
                recipe.unet(), recipe.text(), recipe.denoiser().shardSize());
    }

    Stage open(Path folder) throws IOException {
        Map<String, Shape> shapes = new LinkedHashMap<>(graph.textEncoder());
        shapes.putAll(graph.unet());
        NetworkTrainer trainer = new NetworkTrainer(
                graph.graph(),
                InitialValues.groups(InitialValues.of(shapes, recipe.seed()), WEIGHT_DECAY),
                recipe.denoiser().shardCount());
        try {
            return new Stage(NAME, recipe.denoiser(), trainer, folder);
        } catch (IOException | RuntimeException e) {
            trainer.close();
            throw e;
        }
    }

    /** Writes text encoder and UNet from values of the stage. */
    void write(BaseModel files, Map<String, FloatTensor> values) throws IOException {
        files.writeTextEncoder(recipe.text(), BaseModel.stored(select(graph.textEncoder(), values)), StoredType.F16);
        files.writeUNet(recipe.unet(), BaseModel.stored(select(graph.unet(), values)), StoredType.F16);
    }

    private static Map<String, FloatTensor> select(Map<String, Shape> keys, Map<String, FloatTensor> values) {
        Map<String, FloatTensor> selected = new LinkedHashMap<>();
        keys.keySet().forEach(key -> selected.put(key, values.get(key)));
        return selected;
    }

    List<Map<String, NativeTensor>> batch(int step, LatentScenes scenes, NoiseSchedule noise) {
        RandomSource random = RandomSource.stream(recipe.seed(), "denoising", step);
        List<Map<String, NativeTensor>> shards = new ArrayList<>();
        for (int shard = 0; shard < recipe.denoiser().shardCount(); shard++) {
            shards.add(shard(random, scenes, noise));
        }
        return shards;
    }

    private Map<String, NativeTensor> shard(RandomSource random, LatentScenes scenes, NoiseSchedule schedule) {
        int size = recipe.denoiser().shardSize();
        int tokensPerCaption = recipe.text().positions();
        List<FloatTensor> latents = new ArrayList<>();
        int[] timesteps = new int[size];
        long[] longTimesteps = new long[size];
        long[] tokens = new long[size * tokensPerCaption];
        float[] weights = new float[size];
        for (int sample = 0; sample < size; sample++) {
            int scene = random.nextInt(scenes.count());
            latents.add(scenes.latent(scene));
            String caption = random.nextInt(CAPTIONS_PER_EMPTY) == 0 ? "" : scenes.caption(scene);
            int[] ids = tokenizer.encode(caption);
            for (int position = 0; position < tokensPerCaption; position++) {
                tokens[sample * tokensPerCaption + position] = ids[position];
            }
            timesteps[sample] = random.nextInt(schedule.trainTimesteps());
            longTimesteps[sample] = timesteps[sample];
            weights[sample] = minSnrWeight(schedule, timesteps[sample]);
        }
        FloatTensor clean = FloatTensor.concat(0, latents);
        FloatTensor noise = random.gaussian(clean.shape());
        return Map.of(
                DenoisingGraph.LATENTS, NativeTensor.copyOf(schedule.addNoise(clean, noise, timesteps)),
                DenoisingGraph.TARGET, NativeTensor.copyOf(schedule.target(clean, noise, timesteps)),
                DenoisingGraph.TIMESTEPS, NativeTensor.copyOf(Shape.of(size), longTimesteps),
                DenoisingGraph.TOKENS, NativeTensor.copyOf(Shape.of(size, tokensPerCaption), tokens),
                DenoisingGraph.WEIGHTS, NativeTensor.copyOf(FloatTensor.of(Shape.of(size), weights)));
    }

    /** {@code min(SNR, γ) / SNR}, for a network that predicts noise (Hang et al., arXiv 2303.09556, section 3.4). */
    private static float minSnrWeight(NoiseSchedule schedule, int timestep) {
        double signal = schedule.alphaCumprod(timestep);
        double ratio = signal / (1 - signal);
        return (float) (Math.min(ratio, SIGNAL_TO_NOISE_CAP) / ratio);
    }
}
