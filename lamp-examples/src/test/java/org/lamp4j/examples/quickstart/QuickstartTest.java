package org.lamp4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.Backbone;
import org.lamp4j.MotionPattern;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.Look;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.examples.evaluate.EmbeddedModelEvaluation;
import org.lamp4j.examples.evaluate.MotionEvaluation;
import org.lamp4j.examples.evaluate.MotionScore;
import org.lamp4j.generation.GenerationProgress;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.progress.Decision;
import org.lamp4j.video.FfmpegMediaFiles;

/**
 * Trains once, on the drawn clips, and holds the result against scenes that no clip shows: the one that the quickstart
 * itself shows, and two more in each build, all eight with {@code -Dquickstart.scenes=8}. Takes minutes.
 */
@Tag("slow")
class QuickstartTest {

    private static final Motion MOTION = Motion.FALL;
    private static final EmbeddedModelEvaluation.Settings SETTINGS =
            Quickstart.settings(0, Look.DRAWN, progress -> Decision.CONTINUE, QuickstartTest::goOn);
    private static final int SCENES = Integer.getInteger("quickstart.scenes", 2);
    private static final List<CaptionedScene> HELD_OUT =
            new MotionClips(0).heldOutStarts(MOTION).subList(0, SCENES);

    /**
     * The auto-encoder keeps about 30 dB of an image, less of a large object; of two images one has below 15 of the
     * other.
     */
    private static final double LEAST_DECIBELS = 20;

    /** Clips that show the motion; the model card has all of 8, and another CPU rounds differently. */
    private static final int LEAST_RIGHT_MOTIONS = SCENES * 3 / 4;

    /** Clips without a learned motion in which chance may make something grow: one of eight. */
    private static final int MOST_CHANCE_MOTIONS = SCENES / 8;

    @TempDir
    private static Path folder;

    private static Quickstart.Result result;
    private static Backbone backbone;
    private static List<VideoClip> generated;

    @BeforeAll
    static void train() throws IOException {
        result = new Quickstart(folder, new Quickstart.Subject(MOTION, Look.DRAWN, 0))
                .run(progress -> Decision.CONTINUE, QuickstartTest::goOn);
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
    void run_drawnClips_playableVideoAndWholeReport() throws IOException {
        List<RgbImage> frames = decode(folder.resolve("result.mp4"));

        assertThat(frames).hasSize(15);
        assertThat(frames).extracting(RgbImage::size).containsOnly(new FrameSize(256, 256));
        assertThat(folder.resolve("result.gif")).isNotEmptyFile();
        assertThat(folder.resolve("contact-sheet.png")).isNotEmptyFile();
        assertThat(Files.readString(result.report()))
                .containsOnlyOnce("<svg")
                .contains("<h1>“" + shown() + "”</h1>")
                .contains(new MotionClips(0).trainingStarts(MOTION).get(11).caption())
                .contains("<td>Time</td>", "<td>Device</td><td>CPU, ", "8 frames a second", "windows of 9")
                .contains("lamp quickstart --motion fall --look drawn --seed 0 --output " + folder)
                .doesNotContain("base_fingerprint", "noise_sharing")
                .doesNotContain("src=\"http")
                .satisfies(
                        page -> assertThat(page.split("data:video/mp4;base64,")).hasSize(1 + 12 + 1))
                .satisfies(page -> assertThat(Pattern.compile("href=\"([^\"]+)\"")
                                .matcher(page)
                                .results()
                                .map(link -> folder.resolve(link.group(1))))
                        .hasSize(7)
                        .allMatch(Files::exists));
        assertThat(result.findings())
                .hasSize(3)
                .first()
                .asString()
                .matches("The object falls by -?\\d+ % of what it does in the training clips; .*");
    }

    private static String shown() {
        return new MotionClips(0)
                .heldOutStarts(MOTION)
                .get(Quickstart.shownStart(MOTION))
                .scene()
                .caption(MOTION);
    }

    /** The promise of the README's first command. */
    @Test
    void run_drawnClips_clipShowsTheLearnedMotion() {
        assertThat(result.score()).matches(MotionScore::isRightMotion, "the right motion");
    }

    @Test
    void generate_heldOutScenes_showTheLearnedMotion() {
        MotionEvaluation learned = score(generated);
        System.out.printf(
                Locale.ROOT,
                "right motion in %.0f of %d clips, mean magnitude %.2f%n",
                learned.rightMotions(),
                generated.size(),
                learned.meanMagnitude());

        assertThat(learned.rightMotions()).isGreaterThanOrEqualTo(LEAST_RIGHT_MOTIONS);
    }

    @Test
    void generate_untrainedPattern_doesNotShowIt() {
        MotionEvaluation untrained = score(generate(MotionPattern.untrained(backbone)));

        assertThat(untrained.rightMotions()).isLessThanOrEqualTo(MOST_CHANCE_MOTIONS);
    }

    @Test
    void score_copiedFirstFrames_doNotShowIt() {
        List<VideoClip> copies = HELD_OUT.stream()
                .map(start -> VideoClip.of(Collections.nCopies(15, start.scene().image()), 8))
                .toList();

        assertThat(score(copies).rightMotions()).isZero();
    }

    @Test
    void generate_heldOutScenes_frame0IsTheGivenImage() {
        for (int index = 0; index < HELD_OUT.size(); index++) {
            CaptionedScene start = HELD_OUT.get(index);

            assertThat(decibels(
                            generated.get(index).frames().get(0), start.scene().image()))
                    .as(start.caption())
                    .isGreaterThan(LEAST_DECIBELS);
        }
    }

    private static MotionEvaluation score(List<VideoClip> clips) {
        return new MotionEvaluation(MOTION).add(SETTINGS.clips(), clips);
    }

    private static List<VideoClip> generate(MotionPattern pattern) {
        return HELD_OUT.stream()
                .map(start -> SETTINGS.generate(
                        pattern, start.caption(), start.scene().image()))
                .toList();
    }

    private static Decision goOn(GenerationProgress progress) {
        return Decision.CONTINUE;
    }

    private static List<RgbImage> decode(Path file) throws IOException {
        List<RgbImage> frames = new ArrayList<>();
        try (FrameReader reader = new FfmpegMediaFiles().openClip(file)) {
            for (Optional<RgbImage> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                frames.add(frame.get());
            }
        }
        return frames;
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
