package org.lamp4j.examples.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.media.FrameReader;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.video.FfmpegMediaFiles;

class MotionClipsTest {

    private static final MotionClips CLIPS = new MotionClips(0);

    /** Fewest decibels that H.264 leaves: about 44 on the average; 35 is an error of 4 levels of 255. */
    private static final double LEAST_PSNR = 35;

    /** Part of an object's contrast by which it has to change when it is turned. */
    private static final double LOOKS_ALIKE = 0.25;

    /** Pixels: blur, noise and a backdrop that has moved hide an edge. */
    private static final double FILMED_TOLERANCE = 1.5;

    @ParameterizedTest
    @EnumSource
    void starts_trainingAndHeldOut_shareNoObjectAndNoBackdrop(Motion motion) {
        List<Scene> training = scenes(CLIPS.trainingStarts(motion));
        List<Scene> heldOut = scenes(CLIPS.heldOutStarts(motion));

        assertThat(training).hasSize(12);
        assertThat(heldOut).hasSize(8);
        assertThat(training).extracting(Scene::object).doesNotHaveDuplicates();
        assertThat(heldOut).extracting(Scene::object).doesNotHaveDuplicates();
        assertThat(training).extracting(Scene::object).doesNotContainAnyElementsOf(values(heldOut, Scene::object));
        assertThat(training).extracting(Scene::backdrop).doesNotContainAnyElementsOf(values(heldOut, Scene::backdrop));
        assertThat(values(training, Scene::backdrop).stream().distinct()).hasSize(6);
        assertThat(values(heldOut, Scene::backdrop).stream().distinct()).hasSize(4);
    }

    @ParameterizedTest
    @EnumSource
    void starts_all_stayWholeAndCaptionsSayWhatIsSeen(Motion motion) {
        List<CaptionedScene> all = new ArrayList<>(CLIPS.trainingStarts(motion));
        all.addAll(CLIPS.heldOutStarts(motion));

        assertThat(all).allSatisfy(start -> {
            assertThat(motion.frames(start.scene(), 16)).allMatch(Scene::isWhole);
            assertThat(start.caption()).isEqualTo(start.scene().caption());
        });
        assertThat(CLIPS.namingTheMotion().heldOutStarts(motion))
                .allSatisfy(start ->
                        assertThat(start.caption()).isEqualTo(start.scene().caption(motion)));
    }

    @Test
    void starts_spin_onlyObjectsWhoseTurnCanBeMeasured() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(scenes(new MotionClips(seed).heldOutStarts(Motion.SPIN)))
                    .extracting(Scene::object)
                    .doesNotContain(DrawnObject.BALL, DrawnObject.STAR);
        }
    }

    /** What does not change when it is turned has no angle that could be found. */
    @Test
    void starts_spin_objectsThatLookAlikeWhenTurnedAreNotAskedFor() {
        for (DrawnObject object : DrawnObject.values()) {
            boolean asked = Stream.iterate(0L, seed -> seed + 1)
                    .limit(20)
                    .flatMap(seed -> scenes(new MotionClips(seed).heldOutStarts(Motion.SPIN)).stream())
                    .anyMatch(scene -> scene.object() == object);
            if (asked) {
                assertThat(leastDifferenceWhenTurned(object)).as(object.noun()).isGreaterThan(LOOKS_ALIKE);
            }
        }
        assertThat(leastDifferenceWhenTurned(DrawnObject.STAR)).isLessThan(LOOKS_ALIKE);
        assertThat(leastDifferenceWhenTurned(DrawnObject.BALL)).isLessThan(LOOKS_ALIKE);
    }

    /** Squared difference of an object to itself turned by 45 degrees or more, over that to the bare backdrop. */
    private static double leastDifferenceWhenTurned(DrawnObject object) {
        Optional<Colour> colour = object.hasChoiceOfColour() ? Optional.of(Colour.BLUE) : Optional.empty();
        Scene upright = new Scene(object, colour, Backdrop.MOUNTAINS, 0, Pose.upright(32, 32, 38));
        double whole = squares(upright.image(), upright.backdropImage());
        double least = Double.POSITIVE_INFINITY;
        for (int degrees = 45; degrees <= 315; degrees += 9) {
            Scene turned = upright.withPose(upright.pose().withDegrees(degrees));
            least = Math.min(least, squares(upright.image(), turned.image()) / whole);
        }
        return least;
    }

    private static double squares(RgbImage image, RgbImage other) {
        return Math.pow(10, -psnr(image, other) / 10);
    }

    @Test
    void starts_sameSeed_sameScenesAndOtherSeedOthers() {
        assertThat(new MotionClips(0).trainingStarts(Motion.GROW)).isEqualTo(CLIPS.trainingStarts(Motion.GROW));
        assertThat(new MotionClips(0).heldOutStarts(Motion.GROW)).isEqualTo(CLIPS.heldOutStarts(Motion.GROW));
        assertThat(new MotionClips(1).trainingStarts(Motion.GROW)).isNotEqualTo(CLIPS.trainingStarts(Motion.GROW));
    }

    @Test
    void write_clips_decodeToWhatWasDrawnBesideTheirCaptions(@TempDir Path folder) throws IOException {
        CLIPS.write(Motion.BOUNCE, folder);

        List<CaptionedScene> starts = CLIPS.trainingStarts(Motion.BOUNCE);
        for (int index : new int[] {0, 11}) {
            String name = "clips/train" + index / 10 + index % 10;
            Scene start = starts.get(index).scene();
            List<RgbImage> decoded = decode(folder.resolve(name + ".mp4"));
            List<RgbImage> drawn = CLIPS.clip(Motion.BOUNCE, start).frames();
            assertThat(decoded).hasSize(16);
            for (int frame = 0; frame < 16; frame++) {
                assertThat(psnr(decoded.get(frame).coverCrop(drawn.get(frame).size()), drawn.get(frame)))
                        .isGreaterThan(LEAST_PSNR);
            }
            assertThat(folder.resolve(name + ".txt"))
                    .hasContent(starts.get(index).caption());
        }
        assertThat(names(folder.resolve("clips"))).hasSize(24);
    }

    @Test
    void clip_filmed_noisyBlurredLitAndSwayingButTheObjectWhereItIsDrawn() {
        MotionClips filmed = new MotionClips(0, Look.FILMED);
        Scene start = filmed.trainingStarts(Motion.RISE).get(0).scene();
        List<RgbImage> frames = filmed.clip(Motion.RISE, start).frames();
        List<Scene> drawn = Motion.RISE.frames(start, MotionClips.FRAME_COUNT);

        List<SceneMatch> tracked = SceneMatcher.of(SceneVariety.embedded()).track(frames, start, Motion.RISE);

        for (int frame = 0; frame < MotionClips.FRAME_COUNT; frame++) {
            Pose found = tracked.get(frame).scene().pose();
            assertThat(found.centreX()).isCloseTo(drawn.get(frame).pose().centreX(), within(FILMED_TOLERANCE));
            assertThat(found.centreY()).isCloseTo(drawn.get(frame).pose().centreY(), within(FILMED_TOLERANCE));
            assertThat(psnr(frames.get(frame), drawn.get(frame).image())).isBetween(15.0, 32.0);
        }
        assertThat(frames.stream().mapToDouble(MotionClipsTest::brightness).summaryStatistics())
                .satisfies(light -> assertThat(light.getMax() / light.getMin()).isBetween(1.05, 1.3));
        assertThat(filmed.clip(Motion.RISE, start).frames().get(5).toRgbBytes())
                .isEqualTo(frames.get(5).toRgbBytes());
        assertThat(filmed.firstFrame(Motion.RISE, start).toRgbBytes())
                .isEqualTo(frames.get(0).toRgbBytes());
    }

    private static double brightness(RgbImage image) {
        double sum = 0;
        for (byte value : image.toRgbBytes()) {
            sum += value & 0xff;
        }
        return sum;
    }

    @Test
    void write_heldOutStarts_imagesNamedByTheirPrompts(@TempDir Path folder) throws IOException {
        CLIPS.write(Motion.RISE, folder);

        CaptionedScene start = CLIPS.heldOutStarts(Motion.RISE).get(0);
        Path file = folder.resolve("held_out/" + start.caption().replace(' ', '_') + ".png");
        assertThat(RgbImage.read(file).toRgbBytes())
                .isEqualTo(start.scene().image().toRgbBytes());
        assertThat(names(file.getParent())).hasSize(8);
    }

    private static List<RgbImage> decode(Path file) throws IOException {
        List<RgbImage> frames = new ArrayList<>();
        try (FrameReader reader = new FfmpegMediaFiles().openClip(file)) {
            for (Optional<RgbImage> frame = reader.next(); frame.isPresent(); frame = reader.next()) {
                frames.add(frame.get());
            }
        }
        assertThat(frames).extracting(RgbImage::size).containsOnly(new FrameSize(256, 256));
        return frames;
    }

    private static double psnr(RgbImage image, RgbImage reference) {
        byte[] one = image.toRgbBytes();
        byte[] other = reference.toRgbBytes();
        double sum = 0;
        for (int at = 0; at < one.length; at++) {
            double difference = (one[at] & 0xff) - (other[at] & 0xff);
            sum += difference * difference;
        }
        return 10 * Math.log10(255.0 * 255 * one.length / sum);
    }

    private static List<Path> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static List<Scene> scenes(List<CaptionedScene> starts) {
        return starts.stream().map(CaptionedScene::scene).toList();
    }

    private static <T> List<T> values(List<Scene> scenes, Function<Scene, T> value) {
        return scenes.stream().map(value).collect(Collectors.toList());
    }
}
