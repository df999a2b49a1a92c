package org.lamp4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;
import org.lamp4j.tensor.RandomSource;

class MotionStatisticsTest {

    private static final int SIDE = 160;
    private static final int TEXTURE = 512;
    private static final FrameSize SIZE = new FrameSize(SIDE, SIDE);

    /** A tenth of the blocks lies at the borders where the image leaves the frame, and is found anywhere. */
    private static final double BORDER = 0.7;

    /** An image of noise that moves by so many pixels a frame. */
    private static VideoClip moving(int right, int down, int frameCount) {
        RandomSource random = RandomSource.stream(0, "texture", 0);
        int[] texture = new int[TEXTURE * TEXTURE];
        for (int index = 0; index < texture.length; index++) {
            texture[index] = random.nextInt(256);
        }
        List<RgbImage> frames = new ArrayList<>();
        for (int frame = 0; frame < frameCount; frame++) {
            byte[] rgb = new byte[SIDE * SIDE * 3];
            for (int index = 0; index < SIDE * SIDE; index++) {
                int x = 128 + index % SIDE - right * frame;
                int y = 128 + index / SIDE - down * frame;
                for (int channel = 0; channel < 3; channel++) {
                    rgb[3 * index + channel] = (byte) texture[y * TEXTURE + x];
                }
            }
            frames.add(RgbImage.of(SIZE, rgb));
        }
        return VideoClip.of(frames, 8);
    }

    @Test
    void of_imageThatMoves_isItsMotion() {
        MotionStatistics motion = MotionStatistics.of(moving(3, -2, 4));

        assertThat(motion.right()).isCloseTo(3, within(BORDER));
        assertThat(motion.down()).isCloseTo(-2, within(BORDER));
        assertThat(motion.magnitude()).isCloseTo(Math.hypot(3, 2), within(BORDER));
        assertThat(motion.movingShare()).isGreaterThan(0.95);
        assertThat(motion.direction()).isBetween(20.0, 50.0);
    }

    @Test
    void of_imageThatStands_isNone() {
        assertThat(MotionStatistics.of(moving(0, 0, 3))).isEqualTo(new MotionStatistics(0, 0, 0, 0));
    }

    @Test
    void of_flatImage_isNone() {
        VideoClip flat = VideoClip.of(
                List.of(RgbImage.of(SIZE, new byte[SIDE * SIDE * 3]), RgbImage.of(SIZE, new byte[SIDE * SIDE * 3])), 8);

        assertThat(MotionStatistics.of(flat)).isEqualTo(new MotionStatistics(0, 0, 0, 0));
    }

    @Test
    void direction_ofEachQuarter_isInDegrees() {
        assertThat(new MotionStatistics(1, 0, 1, 1).direction()).isZero();
        assertThat(new MotionStatistics(0, -1, 1, 1).direction()).isEqualTo(90);
        assertThat(new MotionStatistics(-1, 0, 1, 1).direction()).isEqualTo(180);
        assertThat(new MotionStatistics(0, 1, 1, 1).direction()).isEqualTo(270);
    }

    @Test
    void of_singleFrame_isRefused() {
        VideoClip one = moving(0, 0, 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MotionStatistics.of(one))
                .withMessage("expected at least 2 frames, but was 1 (MotionStatistics.of)");
    }
}
