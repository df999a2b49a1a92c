package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lamp4j.device.Device;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Scene;
import org.lamp4j.examples.drawing.SceneSampler;
import org.lamp4j.motion.StoredPrecision;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.pretraining.AutoencoderBatch;
import org.lamp4j.onnx.pretraining.BaseModel;
import org.lamp4j.onnx.pretraining.InitialValues;
import org.lamp4j.onnx.pretraining.NetworkTraining;
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

    Stage<AutoencoderBatch> open(Path folder, InitialValues start, Device device) throws IOException {
        NetworkTraining<AutoencoderBatch> training = NetworkTraining.ofAutoencoder(
                recipe.vae(),
                images,
                new NetworkTraining.Start(
                        recipe.autoencoder().shardCount(), Stage.optimizer(WEIGHT_DECAY), start, device));
        try {
            return new Stage<>(NAME, recipe.autoencoder(), training, folder);
        } catch (IOException | RuntimeException e) {
            training.close();
            throw e;
        }
    }

    void write(BaseModel files, Stage<AutoencoderBatch> stage, float scalingFactor) throws IOException {
        Map<String, FloatTensor> weights = stage.averages(NetworkTraining.Network.AUTOENCODER);
        VaeConfig config = recipe.vae();
        VaeConfig scaled = new VaeConfig(
                config.imageChannels(),
                config.latentChannels(),
                config.blockOutChannels(),
                config.layersPerBlock(),
                config.groups(),
                scalingFactor);
        files.writeVae(scaled, weights, StoredPrecision.FLOAT16);
    }

    List<AutoencoderBatch> batch(int step) {
        SceneSampler scenes = new SceneSampler(
                RandomSource.stream(recipe.seed(), "scenes for the auto-encoder", step), recipe.variety());
        RandomSource noise = RandomSource.stream(recipe.seed(), "noise for the auto-encoder", step);
        List<AutoencoderBatch> shards = new ArrayList<>();
        for (int shard = 0; shard < recipe.autoencoder().shardCount(); shard++) {
            shards.add(shard(scenes, noise));
        }
        return shards;
    }

    private FloatTensor weights(Scene scene) {
        FloatTensor mask = scene.mask();
        return FloatTensor.generate(images.with(0, 1).with(1, 1), index -> 1 + OBJECT_WEIGHT * mask.valueAt(index));
    }

    private AutoencoderBatch shard(SceneSampler sampler, RandomSource noise) {
        List<Scene> scenes =
                sampler.next(images.size(0)).stream().map(CaptionedScene::scene).toList();
        List<FloatTensor> pixels = scenes.parallelStream()
                .map(scene -> scene.image().toTensor().reshape(images.with(0, 1)))
                .toList();
        List<FloatTensor> weights = scenes.parallelStream().map(this::weights).toList();
        int size = Scene.SIDE / recipe.vae().factor();
        Shape latents = Shape.of(images.size(0), recipe.vae().latentChannels(), size, size);
        return new AutoencoderBatch(
                FloatTensor.concat(0, pixels), FloatTensor.concat(0, weights), noise.gaussian(latents));
    }
}
