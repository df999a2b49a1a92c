package org.lamp4j.examples.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.examples.drawing.Backdrop;
import org.lamp4j.examples.drawing.CaptionedScene;
import org.lamp4j.examples.drawing.DrawnObject;
import org.lamp4j.examples.drawing.Motion;
import org.lamp4j.examples.drawing.MotionClips;
import org.lamp4j.examples.drawing.Pose;
import org.lamp4j.examples.drawing.Scene;
import org.lamp4j.media.RgbImage;

class MotionScoreTest {

    private static final int FRAMES = 15;
    private static final Scene DUCK =
            new Scene(DrawnObject.DUCK, Optional.empty(), Backdrop.ROAD, 0, Pose.upright(18, 30, 28));

    /** The search stops at quarters of a pixel, and so much of an angle. */
    private static final double SEARCHED = 0.03;

    private static List<RgbImage> images(List<Scene> scenes) {
        return new ArrayList<>(scenes.stream().map(Scene::image).toList());
    }

    @ParameterizedTest
    @EnumSource
    void of_drawnClip_rightInStrengthAndPresentThroughout(Motion motion) {
        CaptionedScene start = new MotionClips(3).heldOutStarts(motion).get(0);

        MotionScore score = MotionScore.of(images(motion.frames(start.scene(), FRAMES)), start.scene(), motion);

        assertThat(score.correlation()).isCloseTo(1, within(SEARCHED));
        assertThat(score.magnitude()).isCloseTo(1, within(SEARCHED));
        assertThat(score.isPresentThroughout()).isTrue();
        assertThat(score.isRightMagnitude()).isTrue();
    }

    @Test
    void of_objectVanishesForFiveFrames_notRight() {
        List<RgbImage> frames = images(Motion.RIGHT.frames(DUCK, FRAMES));
        frames.subList(5, 10).replaceAll(frame -> DUCK.backdropImage());

        MotionScore score = MotionScore.of(frames, DUCK, Motion.RIGHT);

        assertThat(score.lostFrames()).isEqualTo(5);
        assertThat(score.correlation()).isGreaterThan(0.99);
        assertThat(score.isRightMotion()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void of_objectVanishesForAFrameOrTwo_rightWithOneAndNotWithTwo(int gone) {
        List<RgbImage> frames = images(Motion.RIGHT.frames(DUCK, FRAMES));
        frames.subList(7, 7 + gone).replaceAll(frame -> DUCK.backdropImage());

        MotionScore score = MotionScore.of(frames, DUCK, Motion.RIGHT);

        assertThat(score.lostFrames()).isEqualTo(gone);
        assertThat(score.isRightMotion()).isEqualTo(gone == 1);
        assertThat(score.isPresentThroughout()).isFalse();
    }

    @Test
    void of_anotherObjectFromTheMiddleOn_lostThere() {
        List<RgbImage> frames = images(Motion.RIGHT.frames(DUCK, FRAMES));
        Scene whale = new Scene(DrawnObject.WHALE, Optional.empty(), DUCK.backdrop(), DUCK.shift(), DUCK.pose());
        List<RgbImage> others = images(Motion.RIGHT.frames(whale, FRAMES));
        for (int frame = 8; frame < FRAMES; frame++) {
            frames.set(frame, others.get(frame));
        }

        MotionScore score = MotionScore.of(frames, DUCK, Motion.RIGHT);

        assertThat(score.lostFrames()).isEqualTo(FRAMES - 8);
        assertThat(score.isRightMotion()).isFalse();
    }

    @Test
    void of_objectFadesToAThird_lostWhereItIsPale() {
        List<RgbImage> frames = images(Motion.RIGHT.frames(DUCK, FRAMES));
        frames.subList(3, FRAMES).replaceAll(frame -> mixed(frame, DUCK.backdropImage(), 0.35));

        assertThat(MotionScore.of(frames, DUCK, Motion.RIGHT).lostFrames()).isEqualTo(FRAMES - 3);
    }

    private static RgbImage mixed(RgbImage image, RgbImage other, double part) {
        byte[] rgb = image.toRgbBytes();
        byte[] second = other.toRgbBytes();
        for (int at = 0; at < rgb.length; at++) {
            rgb[at] = (byte) Math.round(part * (rgb[at] & 0xff) + (1 - part) * (second[at] & 0xff));
        }
        return RgbImage.of(image.size(), rgb);
    }

    @Test
    void of_firstFrameCopied_nothingMoves() {
        List<RgbImage> frames = images(Motion.RIGHT.frames(DUCK, FRAMES));
        frames.replaceAll(frame -> DUCK.image());

        MotionScore score = MotionScore.of(frames, DUCK, Motion.RIGHT);

        assertThat(score.isPresentThroughout()).isTrue();
        assertThat(score.magnitude()).isZero();
        assertThat(score.isRightMotion()).isFalse();
    }

    @Test
    void of_movesDownAsFarAsAcross_notRight() {
        List<Scene> diagonal = new ArrayList<>();
        for (int frame = 0; frame < FRAMES; frame++) {
            diagonal.add(DUCK.withPose(DUCK.pose().movedBy(1.4 * frame, 1.4 * frame)));
        }

        MotionScore score = MotionScore.of(images(diagonal), DUCK, Motion.RIGHT);

        assertThat(score.correlation()).isCloseTo(Math.sqrt(0.5), within(SEARCHED));
        assertThat(score.isRightMotion()).isFalse();
    }

    @Test
    void of_emptyBackdropAllAlong_noMotion() {
        List<RgbImage> frames = images(Motion.RIGHT.frames(DUCK, FRAMES));
        frames.replaceAll(frame -> DUCK.backdropImage());

        MotionScore score = MotionScore.of(frames, DUCK, Motion.RIGHT);

        assertThat(score.lostFrames()).isEqualTo(FRAMES);
        assertThat(score.correlation()).isZero();
        assertThat(score.magnitude()).isZero();
    }

    @Test
    void row_severalSeeds_meanAndWorst() {
        MotionScore right = new MotionScore(0.9, 1.1, 0, 30);
        MotionScore weak = new MotionScore(0.9, 0.5, 1, 28);
        MotionScore lost = new MotionScore(0.9, 1.1, 2, 26);
        MotionEvaluation evaluation = new MotionEvaluation(Motion.FALL);

        assertThat(evaluation.add(List.of(right, weak)).row("learned"))
                .isEqualTo("| falls | learned | 2 of 2 | 1 of 2 | 0.80 | 1 of 2 | 29.0 dB |");
        assertThat(evaluation.add(List.of(right, lost)).row("learned"))
                .isEqualTo("| falls | learned | 1.5 (1.0) of 2 | 1.0 (1.0) of 2 | 0.95 (0.80) | 1.0 (1.0) of 2 | "
                        + "28.5 (28.0) dB |");
        assertThat(evaluation.rightMotions()).isEqualTo(1.5);
        assertThat(evaluation.meanMagnitude()).isCloseTo(0.95, within(1e-9));
    }
}
