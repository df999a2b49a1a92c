package org.lamp4j.examples.pretrain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Scene;
import org.lamp4j.examples.drawing.SceneSampler;
import org.lamp4j.examples.evaluate.BaseModelScore;
import org.lamp4j.files.AtomicFile;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.video.ContactSheet;
import org.lamp4j.video.MediaWriter;

/** Shows what a model can do so far, on scenes it was not trained on. */
final class SampleImages {

    private static final int COLUMNS = 8;
    private static final int ROWS = 3;
    private static final int ENLARGEMENT = 2;

    private final Path model;
    private final Path folder;
    private final Device device;
    private final List<CaptionedScene> scenes;

    SampleImages(Path model, Path folder, Recipe recipe, Device device) {
        this.model = model;
        this.device = device;
        this.folder = folder.resolve("samples");
        SceneSampler sampler =
                new SceneSampler(RandomSource.stream(recipe.seed(), "scenes to look at", 0), recipe.variety());
        scenes = sampler.next(ROWS * COLUMNS);
    }

    /** Writes a sheet of images, each row above the same row after encoding and decoding. */
    void reconstruct(int step) throws IOException {
        try (Backbone backbone = Backbone.load(model, device)) {
            List<RgbImage> rows = new ArrayList<>();
            for (int row = 0; row < ROWS; row++) {
                List<CaptionedScene> some = scenes.subList(row * COLUMNS, (row + 1) * COLUMNS);
                some.forEach(scene -> rows.add(scene.scene().image()));
                some.forEach(scene -> rows.add(BaseModelScore.reconstruct(
                        scene.scene().image(), backbone.model().latentCodec())));
            }
            write("reconstructions", step, rows);
        }
    }

    /** Writes a sheet of images generated from captions, and the captions beside it. */
    void generate(int step) throws IOException {
        List<String> captions = scenes.stream().map(CaptionedScene::caption).toList();
        GenerationOptions options = GenerationOptions.newBuilder()
                .frameSize(new FrameSize(Scene.SIDE, Scene.SIDE))
                .steps(20)
                .guidanceScale(3)
                .build();
        try (Backbone backbone = Backbone.load(model, device)) {
            write("samples", step, backbone.generate(captions, options));
        }
        AtomicFile.write(folder.resolve("captions.txt"), String.join("\n", captions) + "\n");
    }

    private void write(String name, int step, List<RgbImage> images) throws IOException {
        Files.createDirectories(folder);
        ContactSheet.Builder sheet = ContactSheet.newBuilder().columns(COLUMNS);
        for (int first = 0; first < images.size(); first += COLUMNS) {
            sheet.addClip(VideoClip.of(images.subList(first, first + COLUMNS), 1));
        }
        Path file = folder.resolve(String.format(Locale.ROOT, "%s-%06d.png", name, step));
        MediaWriter.newBuilder().enlargement(ENLARGEMENT).build().writeImage(sheet.build(), file);
    }
}
