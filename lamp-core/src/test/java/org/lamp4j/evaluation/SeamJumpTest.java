package org.lamp4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.media.VideoClip;

class SeamJumpTest {

    private static VideoClip greys(int... levels) {
        return VideoClip.of(Arrays.stream(levels).mapToObj(SeamJumpTest::grey).toList(), 8);
    }

    private static RgbImage grey(int level) {
        byte[] rgb = new byte[2 * 3 * 3];
        Arrays.fill(rgb, (byte) level);
        return RgbImage.of(new FrameSize(2, 3), rgb);
    }

    @Test
    void of_jumpAtOneSeam_isItsChangeOverTheOthers() {
        SeamJump jump = SeamJump.of(greys(10, 12, 14, 24, 26, 28), List.of(3));

        assertThat(jump.atSeams()).isCloseTo(10, within(1e-9));
        assertThat(jump.elsewhere()).isCloseTo(2, within(1e-9));
        assertThat(jump.ratio()).isCloseTo(5, within(1e-9));
    }

    @Test
    void of_severalSeams_isTheirMean() {
        assertThat(SeamJump.of(greys(0, 4, 6, 0, 2), Set.of(1, 3)).ratio()).isCloseTo(2.5, within(1e-9));
    }

    @Test
    void of_evenMotion_isOne() {
        assertThat(SeamJump.of(greys(0, 3, 6, 9), List.of(2)).ratio()).isEqualTo(1);
    }

    @Test
    void of_seamsThatAreNone_areRefused() {
        VideoClip clip = greys(0, 1, 2);
        for (List<Integer> seams : List.of(List.<Integer>of(), List.of(0), List.of(3), List.of(1, 2))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SeamJump.of(clip, seams))
                    .withMessage("expected seams at some of the frames 1 to 2, but was " + seams + " (SeamJump.of)");
        }
    }
}
