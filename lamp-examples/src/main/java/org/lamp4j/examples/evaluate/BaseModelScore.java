package org.lamp4j.examples.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lamp4j.Backbone;
import org.lamp4j.examples.drawing.BackdropMatch;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Scene;
import org.lamp4j.examples.drawing.SceneMatcher;
import org.lamp4j.examples.drawing.SceneSampler;
import org.lamp4j.examples.drawing.SceneVariety;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.spi.LatentCodec;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;

/**
 * What a model does with scenes it was not trained on.
 *
 * @param psnr mean peak signal-to-noise ratio of images after encoding and decoding, in dB
 * @param objectPsnr the same within the object alone
 * @param rightObjects number of generated images that show their caption's object
 * @param rightBackdrops number of generated images that show their caption's backdrop
 * @param images the generated images
 */
public record BaseModelScore(
        double psnr, double objectPsnr, int rightObjects, int rightBackdrops, List<RgbImage> images) {

    private static final Shape ONE_IMAGE = Shape.of(1, 3, Scene.SIDE, Scene.SIDE);
    private static final int BATCH = 10;
    private static final int STEPS = 25;
    private static final float GUIDANCE_SCALE = 3;
    private static final double COVERED = 0.5;

    /** Keeps the images. */
    public BaseModelScore {
        images = List.copyOf(images);
    }

    /**
     * Measures a model.
     *
     * @param backbone the open model
     * @param count number of scenes to encode, and of captions to draw images for
     * @param seed which scenes, and the noise of the images
     * @return the score
     */
    public static BaseModelScore of(Backbone backbone, int count, long seed) {
        List<CaptionedScene> scenes = scenes(count, seed);
        double psnr = 0;
        double objectPsnr = 0;
        for (CaptionedScene captioned : scenes) {
            Scene scene = captioned.scene();
            RgbImage image = scene.image();
            RgbImage reconstruction = reconstruct(image, backbone.model().latentCodec());
            FloatTensor mask = scene.mask();
            psnr += psnr(image, reconstruction, FloatTensor.generate(mask.shape(), index -> 1)) / count;
            objectPsnr += psnr(image, reconstruction, mask) / count;
        }
        List<RgbImage> images = new ArrayList<>();
        for (int first = 0; first < count; first += BATCH) {
            List<String> captions = scenes.subList(first, Math.min(count, first + BATCH)).stream()
                    .map(scene -> scene.scene().caption())
                    .toList();
            images.addAll(backbone.generate(captions, options(seed + first)));
        }
        SceneMatcher matcher = SceneMatcher.of(SceneVariety.anyPose());
        List<Scene> found = IntStream.range(0, count)
                .parallel()
                .mapToObj(index -> shown(images.get(index), scenes.get(index).scene(), matcher))
                .toList();
        int rightObjects = 0;
        int rightBackdrops = 0;
        for (int index = 0; index < count; index++) {
            Scene wanted = scenes.get(index).scene();
            rightObjects += found.get(index).object() == wanted.object() ? 1 : 0;
            rightBackdrops += found.get(index).backdrop() == wanted.backdrop() ? 1 : 0;
        }
        return new BaseModelScore(psnr, objectPsnr, rightObjects, rightBackdrops, images);
    }

    private static Scene shown(RgbImage image, Scene wanted, SceneMatcher matcher) {
        BackdropMatch backdrop = matcher.nearestBackdrop(image);
        return matcher.rank(image, backdrop, wanted.colour()).get(0).scene();
    }

    /** Scenes whose captions name no motion, with upright objects of the usual size. */
    private static List<CaptionedScene> scenes(int count, long seed) {
        SceneSampler sampler =
                new SceneSampler(RandomSource.stream(seed, "scenes to evaluate on", 0), SceneVariety.embedded());
        List<CaptionedScene> scenes = new ArrayList<>();
        while (scenes.size() < count) {
            CaptionedScene scene = sampler.next();
            if (scene.caption().equals(scene.scene().caption())) {
                scenes.add(scene);
            }
        }
        return scenes;
    }

    private static GenerationOptions options(long seed) {
        return GenerationOptions.newBuilder()
                .frameSize(new FrameSize(Scene.SIDE, Scene.SIDE))
                .steps(STEPS)
                .guidanceScale(GUIDANCE_SCALE)
                .seed(seed)
                .build();
    }

    /**
     * Encodes and decodes an image.
     *
     * @param image of {@link Scene#SIDE} pixels a side
     * @param codec the auto-encoder
     * @return what comes out
     */
    public static RgbImage reconstruct(RgbImage image, LatentCodec codec) {
        FloatTensor decoded =
                codec.decode(codec.encode(image.toTensor().reshape(ONE_IMAGE)).mean());
        return RgbImage.of(FloatTensor.generate(
                Shape.of(3, Scene.SIDE, Scene.SIDE),
                index -> Math.min(1, Math.max(0, decoded.valueAt(index) / 2 + 0.5f))));
    }

    /** Peak signal-to-noise ratio of the pixels that a mask covers. */
    private static double psnr(RgbImage expected, RgbImage actual, FloatTensor mask) {
        double squares = 0;
        int values = 0;
        for (int y = 0; y < Scene.SIDE; y++) {
            for (int x = 0; x < Scene.SIDE; x++) {
                for (int channel = 0; channel < 3 && mask.get(y, x) > COVERED; channel++) {
                    squares += Math.pow(expected.valueAt(x, y, channel) - actual.valueAt(x, y, channel), 2);
                    values++;
                }
            }
        }
        return 10 * Math.log10(255 * 255 * values / squares);
    }
}
