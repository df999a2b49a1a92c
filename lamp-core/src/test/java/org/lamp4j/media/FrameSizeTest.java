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
    @CsvSource({"1048576, 1048576", "2147483647, 2147483647", "134217729, 1"})
    void constructor_moreThanAnArrayHolds_isRefused(int width, int height) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrameSize(width, height))
                .withMessage("expected a frame of at most 134217728 pixels, but was " + width + "x" + height);
    }

    @Test
    void of_sidesBeyondInt_areRefusedWithTheirNumbers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrameSize.of(1L << 40, 1L << 40))
                .withMessage("expected a frame of at most 134217728 pixels, but was 1099511627776x1099511627776");
    }

    @Test
    void requireMultipleOf_hugeFactor_namesTheNearestAllTheSame() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrameSize(100_000_000, 1).requireMultipleOf(2_000_000_000))
                .withMessage("expected a frame size whose sides are multiples of 2000000000, such as"
                        + " 2000000000x2000000000, but was 100000000x1");
    }

    @ParameterizedTest
    @CsvSource({"0, 4", "4, -1"})
    void constructor_noPixels_isRefused(int width, int height) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrameSize(width, height))
                .withMessage("expected a frame of at least 1x1 pixels, but was " + width + "x" + height);
    }
}
