package org.lamp4j.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameSizeTest {

    @Test
    void requireMultipleOf_multiple_isTheSameSize() {
        FrameSize size = new FrameSize(512, 320);

        assertThat(size.requireMultipleOf(8)).isSameAs(size);
    }

    @ParameterizedTest
    @CsvSource({"513, 321, such as 512x320 or 520x328", "512, 321, such as 512x320 or 512x328", "3, 8, such as 8x8,"})
    void requireMultipleOf_other_namesTheNearest(int width, int height, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrameSize(width, height).requireMultipleOf(8))
                .withMessageStartingWith("expected a frame size whose sides are multiples of 8, " + expected)
                .withMessageEndingWith(", but was " + width + "x" + height);
    }

    @ParameterizedTest
    @CsvSource({"1048576, 1048576", "2147483647, 1", "11586, 11586", "1, 134217729"})
    void constructor_morePixelsThanAPictureMayHave_isRefused(int width, int height) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrameSize(width, height))
                .withMessage("expected a frame of at most 134217728 pixels, but was " + width + "x" + height);
    }

    @Test
    void requireMultipleOf_largestSize_namesTheNearest() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrameSize(1, RgbImage.MAX_PIXELS).requireMultipleOf(Integer.MAX_VALUE))
                .withMessageContaining("such as 2147483647x2147483647");
    }

    @ParameterizedTest
    @CsvSource({"0, 4", "4, -1"})
    void constructor_noPixels_isRefused(int width, int height) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrameSize(width, height))
                .withMessage("expected a frame of at least 1x1 pixels, but was " + width + "x" + height);
    }
}
