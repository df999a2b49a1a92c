package org.lamp4j.examples.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;

@SuppressWarnings("EnumOrdinal") // each object in a pose of its own
class SceneMatcherTest {

    private static final SceneMatcher MATCHER = SceneMatcher.of(SceneVariety.embedded());

    /** Pixels: blur and noise hide the exact place of an edge by up to half of one; the worst that was seen is 0.4. */
    private static final double POSITION_TOLERANCE = 0.75;

    /** Pixels; blur lets objects grow. */
    private static final double SIZE_TOLERANCE = 1.5;

    /** Degrees that move the edge of an object of 30 pixels by a pixel. */
    private static final double ANGLE_TOLERANCE = 4;

    @ParameterizedTest
    @EnumSource
    void rank_noisyDrawing_findsTheObjectAndWhereItIs(DrawnObject object) {
        Backdrop backdrop = Backdrop.values()[object.ordinal() % Backdrop.values().length];
        Pose pose = Pose.upright(24.5 + object.ordinal() % 9, 38 - object.ordinal() % 11, 27 + object.ordinal() % 10);
        Scene scene = new Scene(object, colour(object), backdrop, object.ordinal() % 4, pose);

        List<SceneMatch> matches =
                MATCHER.rank(NoisyImage.of(scene, 5), new BackdropMatch(backdrop, scene.shift(), 0), scene.colour());

        assertThat(matches).hasSize(DrawnObject.values().length);
        assertThat(matches).extracting(SceneMatch::error).isSorted();
        assertClose(matches.get(0), scene);
    }

    @Test
    void rank_exactDrawing_noErrorAndFullCorrelation() {
        Scene scene = new Scene(DrawnObject.TREE, Optional.empty(), Backdrop.ROAD, 2, Pose.upright(30.5, 25, 31));

        SceneMatch match = MATCHER.rank(scene.image(), new BackdropMatch(Backdrop.ROAD, 2, 0), Optional.of(Colour.RED))
                .get(0);

        assertThat(match.scene()).isEqualTo(scene);
        assertThat(match.error()).isZero();
        assertThat(match.correlation()).isCloseTo(1, within(1e-9));
        assertThat(match.presence()).isCloseTo(1, within(1e-9));
    }

    @Test
    void rank_noColourGiven_triesAll() {
        Scene scene =
                new Scene(DrawnObject.HEART, Optional.of(Colour.PURPLE), Backdrop.SEA, 0, Pose.upright(30, 30, 30));

        SceneMatch match = MATCHER.rank(
                        NoisyImage.of(scene, 6), new BackdropMatch(Backdrop.SEA, 0, 0), Optional.empty())
                .get(0);

        assertClose(match, scene);
    }

    @Test
    void rank_sizesGiven_onlyThose() {
        Scene scene = new Scene(DrawnObject.CAT, Optional.empty(), Backdrop.SEA, 0, Pose.upright(30, 30, 18));
        BackdropMatch sea = new BackdropMatch(Backdrop.SEA, 0, 0);

        assertThat(SceneMatcher.of(new SceneVariety(18, 18, 0, 0))
                        .rank(scene.image(), sea, Optional.of(Colour.RED))
                        .get(0)
                        .error())
                .isZero();
        assertThat(MATCHER.rank(scene.image(), sea, Optional.of(Colour.RED)))
                .allMatch(match -> match.scene().pose().size() >= 24 && match.error() > 0);
    }

    @Test
    void rank_tiltedDrawing_foundAtItsAngle() {
        Scene scene = new Scene(DrawnObject.CAT, Optional.empty(), Backdrop.SNOW, 1, new Pose(30.5, 32, 21, 60));

        SceneMatch match = SceneMatcher.of(SceneVariety.anyPose())
                .rank(NoisyImage.of(scene, 5), new BackdropMatch(Backdrop.SNOW, 1, 0), scene.colour())
                .get(0);

        assertClose(match, scene);
    }

    @ParameterizedTest
    @EnumSource
    void nearestBackdrop_largeObjectBeforeIt_found(Backdrop backdrop) {
        for (int shift = -2; shift <= 2; shift += 2) {
            Scene scene =
                    new Scene(DrawnObject.BALL, Optional.of(Colour.BLUE), backdrop, shift, Pose.upright(30, 30, 38));

            BackdropMatch match = MATCHER.nearestBackdrop(NoisyImage.of(scene, shift));

            assertThat(match.backdrop()).isEqualTo(backdrop);
            assertThat(match.shift()).isCloseTo(shift, within(1));
            assertThat(MATCHER.nearestBackdrop(scene.image()).shift()).isEqualTo(shift);
        }
    }

    @ParameterizedTest
    @EnumSource
    void track_clipOfAMotion_followsThePoses(Motion motion) {
        for (CaptionedScene start : new MotionClips(2).heldOutStarts(motion).subList(0, 2)) {
            List<Scene> truth = motion.frames(start.scene(), 16);
            List<RgbImage> frames = new ArrayList<>();
            truth.forEach(scene -> frames.add(NoisyImage.of(scene, frames.size())));

            List<SceneMatch> tracked = MATCHER.track(frames, start.scene(), motion);

            for (int frame = 0; frame < 16; frame++) {
                assertClose(tracked.get(frame), truth.get(frame));
                assertThat(tracked.get(frame).correlation()).isGreaterThan(0.7);
            }
        }
    }

    @Test
    void track_spinBeyondHalfATurn_staysWithinHalfATurn() {
        Scene start = new Scene(DrawnObject.DUCK, Optional.empty(), Backdrop.ROAD, 0, Pose.upright(32, 32, 30));
        RgbImage turned = start.withPose(start.pose().withDegrees(200)).image();

        SceneMatch match = MATCHER.track(List.of(turned), start, Motion.SPIN).get(0);

        assertThat(match.scene().pose().degrees()).isCloseTo(-160, within(ANGLE_TOLERANCE));
    }

    @Test
    void track_objectGone_lowCorrelation() {
        Scene start = new Scene(DrawnObject.DUCK, Optional.empty(), Backdrop.ROAD, 0, Pose.upright(32, 32, 30));

        SceneMatch match = MATCHER.track(List.of(start.backdropImage()), start, Motion.RIGHT)
                .get(0);

        assertThat(match.correlation()).isLessThan(0.6);
        assertThat(match.presence()).isCloseTo(0, within(0.2));
        assertThat(MATCHER.isPresent(start.backdropImage(), match)).isFalse();
    }

    @Test
    void isSameObject_itselfAndAnother_toldApart() {
        Scene whale = new Scene(DrawnObject.WHALE, Optional.empty(), Backdrop.ROAD, 0, new Pose(30, 34, 30, 20));
        Scene bird = new Scene(DrawnObject.BIRD, Optional.empty(), Backdrop.ROAD, 0, new Pose(31, 33, 30, 20));
        SceneMatch tracked = new SceneMatch(whale, 0, 1, 1);

        assertThat(MATCHER.isSameObject(NoisyImage.of(whale, 1), tracked)).isTrue();
        assertThat(MATCHER.isSameObject(NoisyImage.of(bird, 1), tracked)).isFalse();
    }

    @Test
    void backgroundPsnr_noiseOutsideTheObject_ofItsVariance() {
        Scene scene = new Scene(DrawnObject.HOUSE, Optional.empty(), Backdrop.MOUNTAINS, 1, Pose.upright(30, 30, 32));
        Scene elsewhere = scene.withPose(Pose.upright(40, 40, 32));
        byte[] bytes = scene.image().toRgbBytes();
        for (int at = 0; at < bytes.length; at++) {
            int value = bytes[at] & 0xff;
            bytes[at] = (byte) (value > 127 ? value - 10 : value + 10);
        }
        RgbImage tenLevelsOff = RgbImage.of(new FrameSize(64, 64), bytes);

        assertThat(SceneMatcher.backgroundPsnr(scene.image(), scene)).isInfinite();
        assertThat(SceneMatcher.backgroundPsnr(tenLevelsOff, scene)).isCloseTo(28.13, within(0.01));
        assertThat(SceneMatcher.backgroundPsnr(tenLevelsOff, elsewhere)).isLessThan(20);
    }

    @Test
    void backgroundPsnr_objectOnePixelLargerThanTracked_countsForTheObject() {
        Scene scene = new Scene(DrawnObject.HOUSE, Optional.empty(), Backdrop.MOUNTAINS, 1, Pose.upright(30, 30, 32));
        RgbImage larger = scene.withPose(Pose.upright(30, 30, 34)).image();

        assertThat(SceneMatcher.backgroundPsnr(larger, scene)).isInfinite();
    }

    @Test
    void matcher_imageOfAnotherSize_refused() {
        RgbImage large = RgbImage.of(new FrameSize(128, 64), new byte[3 * 128 * 64]);

        assertThatThrownBy(() -> MATCHER.nearestBackdrop(large))
                .hasMessage("expected an image of 64x64, but was 128x64 (SceneMatcher)");
    }

    private static Optional<Colour> colour(DrawnObject object) {
        return object.hasChoiceOfColour()
                ? Optional.of(Colour.values()[object.ordinal() % Colour.values().length])
                : Optional.empty();
    }

    private static void assertClose(SceneMatch match, Scene scene) {
        Pose found = match.scene().pose();
        Pose expected = scene.pose();
        assertThat(match.scene().withPose(expected)).isEqualTo(scene);
        assertThat(found.centreX()).isCloseTo(expected.centreX(), within(POSITION_TOLERANCE));
        assertThat(found.centreY()).isCloseTo(expected.centreY(), within(POSITION_TOLERANCE));
        assertThat(found.size()).isCloseTo(expected.size(), within(SIZE_TOLERANCE));
        assertThat(found.degrees()).isCloseTo(expected.degrees(), within(ANGLE_TOLERANCE));
    }
}
