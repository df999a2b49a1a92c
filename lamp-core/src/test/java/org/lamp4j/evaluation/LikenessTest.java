package org.lamp4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;
import org.lamp4j.tensor.RandomSource;

class LikenessTest {

    private static final FrameSize SIZE = new FrameSize(24, 16);

    private static RgbImage grey(int level) {
        byte[] rgb = new byte[24 * 16 * 3];
        Arrays.fill(rgb, (byte) level);
        return RgbImage.of(SIZE, rgb);
    }

    private static RgbImage noise(long seed) {
        RandomSource random = RandomSource.stream(seed, "noise", 0);
        byte[] rgb = new byte[24 * 16 * 3];
        for (int index = 0; index < rgb.length; index++) {
            rgb[index] = (byte) random.nextInt(256);
        }
        return RgbImage.of(SIZE, rgb);
    }

    @Test
    void of_sameImage_isPerfect() {
        Likeness likeness = Likeness.of(noise(1), noise(1));

        assertThat(likeness.psnr()).isInfinite();
        assertThat(likeness.ssim()).isCloseTo(1, within(1e-9));
    }

    /** For flat images only the means count: (2ab + c) / (a² + b² + c). */
    @Test
    void of_flatImages_isTheFormula() {
        Likeness likeness = Likeness.of(grey(100), grey(120));

        double stability = Math.pow(2.55, 2);
        assertThat(likeness.psnr()).isCloseTo(10 * Math.log10(255.0 * 255 / 400), within(1e-9));
        assertThat(likeness.ssim())
                .isCloseTo((2 * 100 * 120 + stability) / (100 * 100 + 120 * 120 + stability), within(1e-6));
    }

    @Test
    void of_unrelatedImages_haveNoStructureInCommon() {
        assertThat(Likeness.of(noise(1), noise(2)).ssim()).isBetween(-0.2, 0.2);
    }

    @Test
    void of_otherSize_isRefusedWithBoth() {
        RgbImage other = RgbImage.of(new FrameSize(16, 24), new byte[24 * 16 * 3]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Likeness.of(grey(1), other))
                .withMessage(
                        "expected images of one size, but was " + SIZE + " and " + other.size() + " (Likeness.of)");
    }

    @Test
    void of_tinyImages_areRefused() {
        RgbImage tiny = RgbImage.of(new FrameSize(10, 11), new byte[330]);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Likeness.of(tiny, tiny))
                .withMessageStartingWith("expected at least 11 pixels a side");
    }
}
