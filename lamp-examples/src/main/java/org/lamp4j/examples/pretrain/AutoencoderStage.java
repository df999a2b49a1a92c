package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lamp4j.examples.drawing.Scene;
import org.lamp4j.examples.drawing.SceneSampler;
import org.lamp4j.onnx.model.VaeConfig;
import org.lamp4j.onnx.pretraining.AutoencoderGraph;
import org.lamp4j.onnx.pretraining.BaseModel;
import org.lamp4j.onnx.pretraining.InitialValues;
import org.lamp4j.onnx.runtime.NativeTensor;
import org.lamp4j.onnx.training.NetworkTrainer;
import org.lamp4j.onnx.weights.StoredType;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Trains the auto-encoder, each step on new drawings. */
final class AutoencoderStage {

    static final String NAME = "autoencoder";

    /** How much more a pixel of the object counts: it is a sixth of the image and all that is looked at. */
    private static final float OBJECT_WEIGHT = 3;

    private static final float WEIGHT_DECAY = 1e-2f;

    private final Recipe recipe;
    private final Shape images;

    AutoencoderStage(Recipe recipe) {
        this.recipe = recipe;
        this.images = Shape.of(recipe.autoencoder().shardSize(), 3, Scene.SIDE, Scene.SIDE);
    }

    Stage open(Path folder) throws IOException {
        AutoencoderGraph graph = new AutoencoderGraph(recipe.vae(), images);
        Map<String, FloatTensor> start = InitialValues.of(graph.parameters(), recipe.seed());
        NetworkTrainer trainer = new NetworkTrainer(
                graph.graph(),
                InitialValues.groups(start, WEIGHT_DECAY),
                recipe.autoencoder().shardCount());
        try {
            return new Stage(NAME, recipe.autoencoder(), trainer, folder);
        } catch (IOException | RuntimeException e) {
            trainer.close();
            throw e;
        }
    }

    void write(BaseModel files, Map<String, FloatTensor> weights, float scalingFactor) throws IOException {
        VaeConfig config = recipe.vae();
        VaeConfig scaled = new VaeConfig(
                config.imageChannels(),
                config.latentChannels(),
                config.blockOutChannels(),
                config.layersPerBlock(),
                config.groups(),
                scalingFactor);
        files.writeVae(scaled, BaseModel.stored(weights), StoredType.F16);
    }

    List<Map<String, NativeTensor>> batch(int step) {
        SceneSampler scenes = new SceneSampler(RandomSource.stream(recipe.seed(), "scenes for the auto-encoder", step));
        RandomSource noise = RandomSource.stream(recipe.seed(), "noise for the auto-encoder", step);
        List<Map<String, NativeTensor>> shards = new ArrayList<>();
        for (int shard = 0; shard < recipe.autoencoder().shardCount(); shard++) {
            shards.add(shard(scenes, noise));
        }
        return shards;
    }

    private Map<String, NativeTensor> shard(SceneSampler sampler, RandomSource noise) {
        List<FloatTensor> pixels = new ArrayList<>();
        List<FloatTensor> weights = new ArrayList<>();
        for (int sample = 0; sample < images.size(0); sample++) {
            Scene scene = sampler.next().scene();
            pixels.add(scene.image().toTensor().reshape(images.with(0, 1)));
            FloatTensor mask = scene.mask();
            weights.add(FloatTensor.generate(
                    images.with(0, 1).with(1, 1), index -> 1 + OBJECT_WEIGHT * mask.valueAt(index)));
        }
        int size = Scene.SIDE / recipe.vae().factor();
        Shape latents = Shape.of(images.size(0), recipe.vae().latentChannels(), size, size);
        return Map.of(
                AutoencoderGraph.IMAGES, NativeTensor.copyOf(FloatTensor.concat(0, pixels)),
                AutoencoderGraph.WEIGHTS, NativeTensor.copyOf(FloatTensor.concat(0, weights)),
                AutoencoderGraph.NOISE, NativeTensor.copyOf(noise.gaussian(latents)));
    }
}
