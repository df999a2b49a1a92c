package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lamp4j.Backbone;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.SceneSampler;
import org.lamp4j.examples.drawing.SceneVariety;
import org.lamp4j.generation.GenerationBatch;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.progress.ProgressListener;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;

/** Latents of images and hidden states of their captions, encoded once for all the steps that see them. */
public final class CaptionedLatents {

    private final Backbone backbone;
    private final FrameSize size;
    private final RandomSource random;
    private final List<FloatTensor> latents = new ArrayList<>();
    private final List<FloatTensor> contexts = new ArrayList<>();
    private final Map<String, FloatTensor> known = new HashMap<>();

    private CaptionedLatents(Backbone backbone, FrameSize size, long seed) {
        this.backbone = backbone;
        this.size = size;
        this.random = RandomSource.stream(seed, "latents to distil from", 0);
    }

    /**
     * Encodes images.
     *
     * @param backbone the model
     * @param images a folder of images named after their captions ({@code a_horse_runs.png}), or a table of them
     * @param size the size the model was trained at; images are resized to cover it and centre-cropped
     * @param seed where the latents' spread comes from
     * @param listener hears of each image, and may stop it
     * @return the images' latents
     * @throws IOException if there is no image, or one cannot be read
     * @throws org.lamp4j.errors.StoppedException if the listener says stop or the thread is interrupted
     */
    public static CaptionedLatents of(
            Backbone backbone, Path images, FrameSize size, long seed, ProgressListener<PretrainingProgress> listener)
            throws IOException {
        CaptionedLatents encoded = new CaptionedLatents(backbone, size, seed);
        List<GenerationBatch.Item> items = GenerationBatch.read(images).items();
        for (GenerationBatch.Item item : items) {
            encoded.add(RgbImage.read(item.firstFrame()), item.prompt());
            Distillation.report(listener, new PretrainingProgress.EncodingScenes(encoded.latents.size(), items.size()));
        }
        return encoded;
    }

    /**
     * Draws and encodes scenes, for the model that was trained on such.
     *
     * @param backbone the model
     * @param count number of scenes, at least 1
     * @param size the size the model was trained at
     * @param seed which scenes
     * @param listener hears of each scene, and may stop it
     * @return their latents
     * @throws org.lamp4j.errors.StoppedException if the listener says stop or the thread is interrupted
     */
    public static CaptionedLatents drawn(
            Backbone backbone, int count, FrameSize size, long seed, ProgressListener<PretrainingProgress> listener) {
        if (count < 1) {
            throw new IllegalArgumentException("expected 1 or more scenes, but was " + count);
        }
        CaptionedLatents encoded = new CaptionedLatents(backbone, size, seed);
        SceneSampler sampler =
                new SceneSampler(RandomSource.stream(seed, "scenes to distil from", 0), SceneVariety.embedded());
        while (encoded.latents.size() < count) {
            CaptionedScene scene = sampler.next();
            encoded.add(scene.scene().image(), scene.caption());
            Distillation.report(listener, new PretrainingProgress.EncodingScenes(encoded.latents.size(), count));
        }
        return encoded;
    }

    private void add(RgbImage image, String caption) {
        Shape pixels = Shape.of(1, 3, size.height(), size.width());
        latents.add(backbone.model()
                .latentCodec()
                .encode(image.coverCrop(size).toTensor().reshape(pixels))
                .sample(random)
                .times(backbone.model().latentCodec().scalingFactor()));
        contexts.add(known.computeIfAbsent(caption, backbone::encodePrompt));
    }

    int count() {
        return latents.size();
    }

    /** Returns the scaled latent {@code [1, C, h, w]}. */
    FloatTensor latent(int image) {
        return latents.get(image);
    }

    /** Returns the hidden states of the caption, {@code [1, N, D]}. */
    FloatTensor context(int image) {
        return contexts.get(image);
    }

    void requireShape(Shape batch) {
        ShapeMismatchException.check("latents", batch.with(0, 1), latent(0).shape(), "Distillation");
    }
}
