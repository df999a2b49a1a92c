package org.lamp4j.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

class MotionMeterTest {

    private static final int SIZE = 64;
    private static final int FRAMES = 16;

    /** A tenth of a pixel per frame: whole-pixel drawing and the edge of the picture cost less. */
    private static final double TOLERANCE = 0.1 / SIZE;

    @Test
    void measure_discMovesToTheRight_velocityInFrameWidths() {
        Motion motion = MotionMeter.measure(clip(frame -> 12 + 1.6 * frame, frame -> 30));

        assertThat(motion.right()).isCloseTo(1.6 / SIZE, within(TOLERANCE));
        assertThat(motion.down()).isCloseTo(0, within(TOLERANCE));
    }

    @Test
    void measure_discRisesAcrossTheHorizon_negativeDownwards() {
        Motion motion = MotionMeter.measure(clip(frame -> 30, frame -> 50 - 1.6 * frame));

        assertThat(motion.down()).isCloseTo(-1.6 / SIZE, within(TOLERANCE));
        assertThat(motion.right()).isCloseTo(0, within(TOLERANCE));
    }

    @Test
    void measure_copiedFirstFrame_noMotion() {
        RgbImage first = picture(20, 30);

        Motion motion = MotionMeter.measure(VideoClip.of(Collections.nCopies(FRAMES, first), 8));

        assertThat(motion).isEqualTo(Motion.NONE);
    }

    @Test
    void measure_objectMissingInThreeFrames_velocityOfTheOthers() {
        List<RgbImage> frames = IntStream.range(0, FRAMES)
                .mapToObj(frame -> frame / 3 == 2 ? picture(-100, -100) : picture(12 + 1.6 * frame, 30))
                .toList();

        Motion motion = MotionMeter.measure(VideoClip.of(frames, 8));

        assertThat(motion.right()).isCloseTo(1.6 / SIZE, within(TOLERANCE));
    }

    @Test
    void measure_objectInOneFrameOnly_noMotion() {
        List<RgbImage> frames = IntStream.range(0, FRAMES)
                .mapToObj(frame -> frame == 0 ? picture(20, 30) : picture(-100, -100))
                .toList();

        assertThat(MotionMeter.measure(VideoClip.of(frames, 8))).isEqualTo(Motion.NONE);
    }

    @Test
    void along_oppositeDirection_negative() {
        assertThat(new Motion(-0.5, 0).along(new Motion(2, 0))).isEqualTo(-0.5);
        assertThat(new Motion(0, 1).along(Motion.NONE)).isZero();
    }

    @Test
    void describe_motionUpAndSlightlyLeft_largerPartFirst() {
        Motion motion = new Motion(-0.1 / SIZE, -1.6 / SIZE);

        assertThat(motion.describe(new FrameSize(SIZE, SIZE), FRAMES)).isEqualTo("24.0 pixels up, 1.5 to the left");
        assertThat(Motion.NONE.describe(new FrameSize(SIZE, SIZE), FRAMES)).isEqualTo("nowhere");
    }

    private static VideoClip clip(java.util.function.IntToDoubleFunction x, java.util.function.IntToDoubleFunction y) {
        return VideoClip.of(
                IntStream.range(0, FRAMES)
                        .mapToObj(frame -> picture(x.applyAsDouble(frame), y.applyAsDouble(frame)))
                        .toList(),
                8);
    }

    /** A red disc before a sky with two clouds, over grass. */
    private static RgbImage picture(double x, double y) {
        byte[] rgb = new byte[3 * SIZE * SIZE];
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                int[] colour = row < 40 ? new int[] {100, 160, 200 + row} : new int[] {60, 170, 60};
                if (row > 5 && row < 10 && (column < 12 || column > 40 && column < 50)) {
                    colour = new int[] {255, 255, 255};
                }
                if (Math.hypot(column - x, row - y) < 9) {
                    colour = new int[] {220, 30, 30};
                }
                for (int channel = 0; channel < 3; channel++) {
                    rgb[3 * (row * SIZE + column) + channel] = (byte) colour[channel];
                }
            }
        }
        return RgbImage.of(new FrameSize(SIZE, SIZE), rgb);
    }
}
