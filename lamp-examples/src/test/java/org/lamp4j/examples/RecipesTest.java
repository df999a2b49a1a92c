package org.lamp4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.FrameGrabber;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.examples.pretrain.Recipe;
import org.lamp4j.generation.GenerationOptions;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.onnx.config.ClipTextConfig;
import org.lamp4j.onnx.config.VaeConfig;
import org.lamp4j.onnx.config.VideoUNetConfig;
import org.lamp4j.onnx.config.VideoUNetConfig.Level;
import org.lamp4j.testing.EmbeddedModel;
import org.lamp4j.training.CheckpointFolder;
import org.lamp4j.video.MediaWriter;

/** Each recipe, from its arguments to its files, on the embedded model and with little work. */
class RecipesTest {

    private static final FrameSize SMALL = new FrameSize(32, 32);
    private static final int FRAMES = 16;

    @TempDir
    private static Path folder;

    private static String model;
    private static String clips;
    private static String image;

    @BeforeAll
    static void writeInputs() throws IOException {
        EmbeddedModel.copyTo(folder.resolve("model"));
        List<RgbImage> frames =
                IntStream.range(0, FRAMES).mapToObj(SmallRuns::image).toList();
        MediaWriter.newBuilder().build().writeFrames(VideoClip.of(frames, 8), folder.resolve("a_square_moves/clip"));
        SmallRuns.image(0).write(folder.resolve("first.png"));
        model = folder.resolve("model").toString();
        clips = folder.resolve("a_square_moves").toString();
        image = folder.resolve("first.png").toString();
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
    void learnAndAnimate_clipsAndImage_clip() throws IOException {
        String[] arguments = {model, clips, image, SmallRuns.PROMPT, file("animated.mp4")};

        LearnAndAnimate.run(
                arguments,
                SmallRuns.training(1).build(),
                oneStep().frameCount(4).build());

        assertThat(VideoClip.read(folder.resolve("animated.mp4")).frameCount()).isEqualTo(4);
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
                new String[] {model, pattern, image, SmallRuns.PROMPT, file("seeds.png")}, RecipesTest::oneStep);

        FrameSize sheet = RgbImage.read(folder.resolve("seeds.png")).size();
        assertThat(sheet.width()).isGreaterThanOrEqualTo(4 * SMALL.width());
        assertThat(sheet.height()).isGreaterThanOrEqualTo(4 * SMALL.height());
    }

    @Test
    void shrinkACheckpoint_wholeVideoUNet_patternOfWhatTrainingChanged() throws IOException {
        try (Backbone backbone = Backbone.load(Path.of(model))) {
            MotionPattern trained = SmallRuns.train(backbone);
            trained.saveVideoUNet(folder.resolve("whole"));

            ShrinkACheckpoint.main(new String[] {model, file("whole"), file("small.safetensors")});

            MotionPattern small = MotionPattern.load(backbone, folder.resolve("small.safetensors"));
            assertThat(firstMadeFrame(small)).isNotEqualTo(firstMadeFrame(MotionPattern.untrained(backbone)));
        }
        assertThat(Files.size(folder.resolve("small.safetensors")))
                .isLessThan(Files.size(folder.resolve("whole/unet/diffusion_pytorch_model.bin")) / 4);
    }

    private static byte[] firstMadeFrame(MotionPattern pattern) {
        return SmallRuns.generate(pattern, 0).frames().get(1).toRgbBytes();
    }

    @Test
    void pretrainABaseModel_nothing_modelThatLoadsAndImage() throws IOException {
        PretrainABaseModel.run(new String[] {file("pretrained"), "60"}, tinyRecipe());

        Path made = folder.resolve("pretrained");
        assertThat(RgbImage.read(made.resolve("car.png")).size()).isEqualTo(new FrameSize(64, 64));
        Backbone.load(made.resolve("model")).close();
    }

    /** The embedded model's recipe with narrow networks and a step of each stage. */
    private static Recipe tinyRecipe() {
        Recipe embedded = Recipe.embedded();
        Level attending = new Level(16, 4, true, true);
        return new Recipe(
                embedded.seed(),
                new VaeConfig(3, 4, List.of(8, 8, 8), 1, 8, 1),
                new VideoUNetConfig(
                        4,
                        4,
                        List.of(attending, attending, new Level(16, 4, false, false)),
                        1,
                        16,
                        16,
                        1e-5f,
                        false,
                        true,
                        0,
                        16),
                new ClipTextConfig(1024, 20, 16, 64, 1, 4, 1e-5f, ClipTextConfig.Activation.QUICK_GELU),
                embedded.autoencoder().withSteps(1),
                embedded.denoiser().withSteps(1),
                16,
                embedded.variety());
    }

    @Test
    void learnFromACamera_recordingInsteadOfACamera_clipOfItsLastImage() throws Exception {
        String[] arguments = {model, "it grows light", SmallRuns.PROMPT, file("camera.mp4")};
        Path recording = folder.resolve("recording.mp4");
        VideoClip.of(IntStream.range(0, 300).mapToObj(RecipesTest::gray).toList(), 30)
                .write(recording);
        try (FrameGrabber camera = new FFmpegFrameGrabber(recording.toFile())) {
            camera.start();

            LearnFromACamera.run(
                    arguments,
                    camera,
                    SmallRuns.training(1).build(),
                    oneStep().frameCount(4).build());
        }

        VideoClip clip = VideoClip.read(folder.resolve("camera.mp4"));
        assertThat(clip.frameCount()).isEqualTo(4);
    }

    private static RgbImage gray(int level) {
        FrameSize size = new FrameSize(48, 40);
        byte[] row = new byte[3 * size.width()];
        Arrays.fill(row, (byte) Math.min(level, 255));
        return RgbImage.ofRows(size, y -> row);
    }

    /** A new recipe needs a test here. */
    @Test
    void recipes_all_areRunAbove() throws IOException {
        String tests = Files.readString(Path.of("src/test/java/org/lamp4j/examples/RecipesTest.java"));

        assertThat(recipes())
                .hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(recipe -> assertThat(tests).containsPattern("\\b" + recipe + "\\.(run|main)\\("));
    }

    @Test
    void recipes_withoutArguments_sayWhatTheyExpect() throws IOException {
        assertThat(recipes()).allSatisfy(recipe -> {
            Method main = Class.forName("org.lamp4j.examples." + recipe).getMethod("main", String[].class);

            assertThatThrownBy(() -> main.invoke(null, (Object) new String[0]))
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("expected \\d arguments \\(.+\\), but was 0");
        });
    }

    private static List<String> recipes() throws IOException {
        List<String> recipes = new ArrayList<>();
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/org/lamp4j/examples"))) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".java")).toList()) {
                if (Files.readString(source).contains("public static void main(")) {
                    recipes.add(source.getFileName().toString().replace(".java", ""));
                }
            }
        }
        return recipes;
    }
}
