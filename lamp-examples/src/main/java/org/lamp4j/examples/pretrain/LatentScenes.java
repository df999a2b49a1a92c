package org.lamp4j.examples.pretrain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Scene;
import org.lamp4j.examples.drawing.SceneSampler;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/** Captioned scenes with the means of their latents, encoded once for all the steps that see them. */
final class LatentScenes {

    private static final int DRAWN_AT_ONCE = 256;

    private final List<String> captions = new ArrayList<>();
    private final List<FloatTensor> latents = new ArrayList<>();
    private final float scalingFactor;

    /** Hears how many scenes are encoded. */
    @FunctionalInterface
    interface Progress {

        /** Returns whether to go on. */
        boolean encoded(int done, int scenes);
    }

    private LatentScenes(float scalingFactor) {
        this.scalingFactor = scalingFactor;
    }

    /**
     * Draws and encodes scenes.
     *
     * @param codec the auto-encoder, whatever its scaling factor
     * @param recipe says how many scenes, and which
     * @param progress hears how many are done, and may end it
     * @return the scenes, whose latents have unit deviation; empty if it was ended
     */
    static Optional<LatentScenes> encode(LatentCodec codec, Recipe recipe, Progress progress) {
        List<String> captions = new ArrayList<>();
        List<FloatTensor> latents = new ArrayList<>();
        SceneSampler sampler =
                new SceneSampler(RandomSource.stream(recipe.seed(), "scenes for the UNet", 0), recipe.variety());
        double squares = 0;
        long elements = 0;
        Shape pixels = Shape.of(1, 3, Scene.SIDE, Scene.SIDE);
        while (latents.size() < recipe.sceneCount()) {
            int count = Math.min(DRAWN_AT_ONCE, recipe.sceneCount() - latents.size());
            List<CaptionedScene> drawn = sampler.next(count);
            drawn.forEach(scene -> captions.add(scene.caption()));
            List<FloatTensor> images = drawn.parallelStream()
                    .map(scene -> scene.scene().image().toTensor().reshape(pixels))
                    .toList();
            for (FloatTensor image : images) {
                FloatTensor mean = codec.encode(image).mean();
                for (float value : mean.toArray()) {
                    squares += (double) value * value;
                    elements++;
                }
                latents.add(mean);
                if (!progress.encoded(latents.size(), recipe.sceneCount())) {
                    return Optional.empty();
                }
            }
        }
        LatentScenes scenes = new LatentScenes((float) (1 / Math.sqrt(squares / elements)));
        scenes.captions.addAll(captions);
        latents.forEach(mean -> scenes.latents.add(mean.times(scenes.scalingFactor)));
        return Optional.of(scenes);
    }

    int count() {
        return captions.size();
    }

    String caption(int scene) {
        return captions.get(scene);
    }

    /** Returns the scaled latent {@code [1, C, h, w]}. */
    FloatTensor latent(int scene) {
        return latents.get(scene);
    }

    /** Returns what brings the auto-encoder's latents to unit deviation. */
    float scalingFactor() {
        return scalingFactor;
    }
}
