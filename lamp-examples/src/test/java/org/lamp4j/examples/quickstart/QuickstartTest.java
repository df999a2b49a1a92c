package org.lamp4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.generation.GenerationListener;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.training.TrainingListener;

/** Trains once, on the shipped clips, and holds the result against pictures that no clip shows. Takes minutes. */
@Tag("slow")
class QuickstartTest {

    /** What the small auto-encoder loses of a picture; it keeps 27 dB on average, and less of a large object. */
    private static final double LEAST_DECIBELS = 20;

    /** What {@link ShippedClipsTest} measures in the training clips. */
    private static final Motion TRAINING_MOTION = new Motion(1.6 / 64, 0);

    @TempDir
    private static Path folder;

    private static Quickstart quickstart;
    private static Quickstart.Result result;
    private static Backbone backbone;
    private static Map<Path, VideoClip> generated;

    @BeforeAll
    static void train() throws IOException {
        quickstart = new Quickstart(folder, LearnedMotion.RIGHT, 0);
        result = quickstart
                .run(progress -> TrainingListener.Decision.CONTINUE, QuickstartTest::goOn)
                .orElseThrow();
        backbone = Backbone.load(folder.resolve("model"));
        generated = generate(MotionPattern.load(backbone, folder.resolve("pattern.safetensors")));
    }

    @AfterAll
    static void close() {
        if (backbone != null) {
            backbone.close();
        }
    }

    @Test
    void run_shippedClips_playableVideoAndWholeReport() throws IOException {
        VideoClip clip = Quickstart.read(folder.resolve("result.mp4"));

        assertThat(clip.frameCount()).isEqualTo(16);
        assertThat(clip.frameSize()).isEqualTo(new FrameSize(256, 256));
        assertThat(folder.resolve("result.gif")).isNotEmptyFile();
        assertThat(folder.resolve("contact-sheet.png")).isNotEmptyFile();
        assertThat(Files.readString(result.report()))
                .containsOnlyOnce("<svg")
                .contains("a rocket flies to the right on a red background", "base_fingerprint", "pattern: options")
                .doesNotContain("src=\"http")
                .satisfies(
                        page -> assertThat(page.split("data:video/mp4;base64,")).hasSize(1 + 12 + 1));
        assertThat(result.findings()).allMatch(finding -> finding.contains("to the right"));
    }

    @Test
    void generate_heldOutPictures_moveLikeTheTrainingClips() {
        double speed = meanSpeed(generated);
        System.out.printf(Locale.ROOT, "mean slope of %d clips: %.2f pixels a frame%n", generated.size(), 64 * speed);

        assertThat(speed / TRAINING_MOTION.speed()).isGreaterThan(0.5);
    }

    @Test
    void generate_untrainedPattern_doesNotMoveSo() throws IOException {
        Map<Path, VideoClip> untrained = generate(MotionPattern.untrained(backbone));

        assertThat(meanSpeed(untrained) / TRAINING_MOTION.speed()).isLessThan(0.25);
    }

    @Test
    void measure_copiedFirstFrames_doNotMove() throws IOException {
        for (Path picture : heldOut()) {
            VideoClip copies = VideoClip.of(Collections.nCopies(16, RgbImage.read(picture)), 8);

            assertThat(MotionMeter.measure(copies)).isEqualTo(Motion.NONE);
        }
    }

    @Test
    void generate_heldOutPictures_frame0IsTheGivenPicture() throws IOException {
        for (Map.Entry<Path, VideoClip> clip : generated.entrySet()) {
            RgbImage given = RgbImage.read(clip.getKey());

            assertThat(decibels(clip.getValue().frames().get(0), given))
                    .as(clip.getKey().getFileName().toString())
                    .isGreaterThan(LEAST_DECIBELS);
        }
    }

    private static double meanSpeed(Map<Path, VideoClip> clips) {
        List<Motion> motions = clips.values().stream().map(MotionMeter::measure).toList();
        return Motion.mean(motions).along(TRAINING_MOTION);
    }

    private static Map<Path, VideoClip> generate(MotionPattern pattern) throws IOException {
        Map<Path, VideoClip> clips = new LinkedHashMap<>();
        for (Path picture : heldOut()) {
            String prompt = picture.getFileName().toString().replace(".png", "").replace('_', ' ');
            clips.put(
                    picture,
                    pattern.generate(
                            prompt, RgbImage.read(picture), quickstart.generationOptions(QuickstartTest::goOn)));
        }
        return clips;
    }

    private static GenerationListener.Decision goOn(GenerationProgress progress) {
        return GenerationListener.Decision.CONTINUE;
    }

    private static List<Path> heldOut() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("first-frames"))) {
            List<Path> pictures = files.sorted().toList();
            assertThat(pictures).hasSizeGreaterThanOrEqualTo(6);
            return pictures;
        }
    }

    /** Peak signal-to-noise ratio. */
    private static double decibels(RgbImage actual, RgbImage expected) {
        byte[] actualBytes = actual.toRgbBytes();
        byte[] expectedBytes = expected.toRgbBytes();
        double squares = 0;
        for (int index = 0; index < expectedBytes.length; index++) {
            squares += Math.pow((actualBytes[index] & 0xff) - (expectedBytes[index] & 0xff), 2);
        }
        return 10 * Math.log10(255 * 255 / (squares / expectedBytes.length));
    }
}
