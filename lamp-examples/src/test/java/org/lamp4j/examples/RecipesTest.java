package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.examples.pretrain.Recipe;
import org.lamp4j.examples.quickstart.EmbeddedModel;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.video.FfmpegMediaReader;
import org.lamp4j.video.MediaWriter;

/** Each recipe, from its arguments to its files, on the embedded model and with little work. */
class RecipesTest {

    private static final FrameSize SMALL = new FrameSize(32, 32);
    private static final int FRAMES = 16;

    @TempDir
    private static Path folder;

    private static String model;
    private static String clips;
    private static String picture;

    @BeforeAll
    static void writeInputs() throws IOException {
        EmbeddedModel.copyTo(folder.resolve("model"));
        List<RgbImage> frames =
                IntStream.range(0, FRAMES).mapToObj(SmallRuns::picture).toList();
        MediaWriter writer = MediaWriter.newBuilder().build();
        writer.writeFrames(VideoClip.of(frames, 8), folder.resolve("a_square_moves/clip"));
        writer.writeImage(SmallRuns.picture(0), folder.resolve("first.png"));
        model = folder.resolve("model").toString();
        clips = folder.resolve("a_square_moves").toString();
        picture = folder.resolve("first.png").toString();
    }

    private static GenerationOptions.Builder oneStep() {
        return GenerationOptions.newBuilder()
                .frameSize(SMALL)
                .steps(1)
                .guidanceScale(1)
                .withoutAdaIn();
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private static Path savedPattern(String name) throws IOException {
        Path file = folder.resolve(name);
        try (Backbone backbone = Backbone.load(Path.of(model))) {
            MotionPattern.untrained(backbone).save(file);
        }
        return file;
    }

    @Test
    void learnAndAnimate_clipsAndPicture_clip() throws IOException {
        String[] arguments = {model, clips, picture, SmallRuns.PROMPT, file("animated.mp4")};

        LearnAndAnimate.run(
                arguments,
                SmallRuns.training(1).build(),
                oneStep().frameCount(4).build());

        assertThat(new FfmpegMediaReader()
                        .readClip(folder.resolve("animated.mp4"))
                        .frameCount())
                .isEqualTo(4);
    }

    @Test
    void trainAPattern_clips_patternThatLoadsAndCheckpoint() throws IOException {
        String[] arguments = {model, clips, file("trained.safetensors"), file("checkpoints")};

        TrainAPattern.run(arguments, 1, SMALL);

        try (Backbone backbone = Backbone.load(Path.of(model))) {
            MotionPattern pattern = MotionPattern.load(backbone, folder.resolve("trained.safetensors"));
            assertThat(pattern.trainedSteps()).hasValue(1);
        }
        assertThat(CheckpointFolder.of(folder.resolve("checkpoints")).newest()).isPresent();
    }

    @Test
    void compareSeeds_pattern_sheetOfFourRows() throws IOException {
        String pattern = savedPattern("untrained.safetensors").toString();

        CompareSeeds.run(
                new String[] {model, pattern, picture, SmallRuns.PROMPT, file("seeds.png")}, RecipesTest::oneStep);

        FrameSize sheet = RgbImage.read(folder.resolve("seeds.png")).size();
        assertThat(sheet.width()).isGreaterThanOrEqualTo(4 * SMALL.width());
        assertThat(sheet.height()).isGreaterThanOrEqualTo(4 * SMALL.height());
    }

    @Test
    void shrinkACheckpoint_wholeVideoUNet_smallPatternThatLoads() throws IOException {
        try (Backbone backbone = Backbone.load(Path.of(model))) {
            MotionPattern.untrained(backbone).saveVideoUNet(folder.resolve("whole"));
        }

        ShrinkACheckpoint.main(new String[] {model, file("whole"), file("small.safetensors")});

        try (Backbone backbone = Backbone.load(Path.of(model))) {
            MotionPattern pattern = MotionPattern.load(backbone, folder.resolve("small.safetensors"));
            assertThat(pattern.weights().elementCount())
                    .isEqualTo(MotionPattern.untrained(backbone).weights().elementCount());
        }
        assertThat(Files.size(folder.resolve("small.safetensors")))
                .isLessThan(Files.size(folder.resolve("whole/unet/diffusion_pytorch_model.safetensors")));
    }

    @Test
    void pretrainABaseModel_nothing_modelThatLoadsAndPicture() throws IOException {
        PretrainABaseModel.run(
                new String[] {file("pretrained"), "60"}, Recipe.embedded().withLengths(1, 1, 16));

        Path made = folder.resolve("pretrained");
        assertThat(RgbImage.read(made.resolve("car.png")).size()).isEqualTo(new FrameSize(64, 64));
        Backbone.load(made.resolve("model")).close();
    }

    /** A new recipe needs a test here. */
    @Test
    void recipes_all_areRunAbove() throws IOException {
        String tests = Files.readString(Path.of("src/test/java/org/lamp4j/examples/RecipesTest.java"));
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/org/lamp4j/examples"))) {
            List<String> recipes = sources.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".java") && !name.equals("package-info.java"))
                    .map(name -> name.replace(".java", ""))
                    .toList();

            assertThat(recipes)
                    .hasSizeGreaterThanOrEqualTo(5)
                    .allSatisfy(recipe -> assertThat(tests).containsPattern("\\b" + recipe + "\\.(run|main)\\("));
        }
    }
}
