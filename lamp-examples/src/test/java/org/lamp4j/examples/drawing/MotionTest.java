package org.lamp4j.examples.drawing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.tensor.RandomSource;

class MotionTest {

    private static final int FRAMES = 16;

    /** Rounding of a sum of doubles. */
    private static final Offset<Double> EXACT = within(1e-9);

    private static final Scene START =
            new Scene(DrawnObject.CAT, Optional.empty(), Backdrop.SNOW, 0, Pose.upright(20, 40, 18));

    /** Large enough to shrink. */
    private static final Scene LARGE = START.withPose(Pose.upright(32, 32, 42));

    @Test
    void frames_right_xGrowsAlone() {
        Pose last = last(Motion.RIGHT);

        assertThat(last.centreX()).isCloseTo(44, EXACT);
        assertThat(last).isEqualTo(Pose.upright(last.centreX(), 40, 18));
    }

    @Test
    void frames_left_xFallsAlone() {
        assertThat(last(Motion.LEFT)).isEqualTo(Pose.upright(20 - 1.6 * (FRAMES - 1), 40, 18));
    }

    @Test
    void frames_fall_yGrowsAlone() {
        assertThat(last(Motion.FALL)).isEqualTo(Pose.upright(20, 40 + 1.6 * (FRAMES - 1), 18));
    }

    @Test
    void frames_shrink_from42To18() {
        Pose last = Motion.SHRINK.frames(LARGE, FRAMES).get(FRAMES - 1).pose();

        assertThat(last.size()).isCloseTo(18, EXACT);
        assertThat(last.withSize(42)).isEqualTo(LARGE.pose());
    }

    @ParameterizedTest
    @CsvSource({
        "RIGHT, true, false, false",
        "LEFT, true, false, false",
        "RISE, true, false, false",
        "FALL, true, false, false",
        "BOUNCE, true, false, false",
        "GROW, false, true, false",
        "SHRINK, false, true, false",
        "SPIN, false, false, true"
    })
    void changes_each_whatItMoves(Motion motion, boolean place, boolean size, boolean angle) {
        assertThat(motion.changesPlace()).isEqualTo(place);
        assertThat(motion.changesSize()).isEqualTo(size);
        assertThat(motion.changesAngle()).isEqualTo(angle);
    }

    @Test
    void frames_rise_yFallsAlone() {
        Pose last = last(Motion.RISE);

        assertThat(last.centreY()).isCloseTo(16, EXACT);
        assertThat(last).isEqualTo(Pose.upright(20, last.centreY(), 18));
    }

    @Test
    void frames_bounce_upTwiceAndBackAtTheStart() {
        List<Double> heights = Motion.BOUNCE.frames(START, FRAMES).stream()
                .map(scene -> 40 - scene.pose().centreY())
                .toList();

        assertThat(heights).allMatch(height -> height >= 0);
        assertThat(heights.get(4)).isCloseTo(14, within(0.1));
        assertThat(heights.get(11)).isCloseTo(14, within(0.1));
        assertThat(Math.max(heights.get(7), heights.get(8))).isLessThan(3);
        assertThat(heights.get(15)).isCloseTo(0, EXACT);
    }

    @Test
    void frames_grow_from18To42() {
        Pose last = last(Motion.GROW);

        assertThat(last.size()).isCloseTo(42, EXACT);
        assertThat(last.withSize(18)).isEqualTo(START.pose());
    }

    @Test
    void frames_spin_quarterTurn() {
        assertThat(last(Motion.SPIN)).isEqualTo(START.pose().withDegrees(90));
    }

    @ParameterizedTest
    @EnumSource
    void frames_any_firstIsTheStart(Motion motion) {
        assertThat(motion.frames(LARGE, FRAMES)).hasSize(FRAMES).first().isEqualTo(LARGE);
    }

    @ParameterizedTest
    @EnumSource
    void start_manyStarts_wholeInAllFramesAndSpreadOverWhatFits(Motion motion) {
        RandomSource random = RandomSource.stream(3, "starts", 0);
        List<Pose> starts =
                Stream.generate(() -> motion.start(random, FRAMES)).limit(400).toList();

        assertThat(starts)
                .allSatisfy(start ->
                        assertThat(motion.frames(START.withPose(start), FRAMES)).allMatch(Scene::isWhole));
        assertThat(span(starts.stream().map(Pose::centreX).toList()))
                .isGreaterThan(least(motion, Motion.RIGHT, Motion.LEFT));
        assertThat(span(starts.stream().map(Pose::centreY).toList()))
                .isGreaterThan(least(motion, Motion.RISE, Motion.FALL));
    }

    /** Along its way an object has less room. */
    private static double least(Motion motion, Motion... along) {
        return List.of(along).contains(motion) ? 10 : 18;
    }

    @Test
    void start_moreFramesThanFit_refused() {
        assertThatThrownBy(() -> Motion.RISE.start(RandomSource.stream(3, "starts", 0), 30))
                .hasMessage("expected frames in which the object stays in the image, but was 30 (Motion.start)");
    }

    private static double span(List<Double> values) {
        return values.stream().mapToDouble(value -> value).max().orElseThrow()
                - values.stream().mapToDouble(value -> value).min().orElseThrow();
    }

    private static Pose last(Motion motion) {
        return motion.frames(START, FRAMES).get(FRAMES - 1).pose();
    }
}
