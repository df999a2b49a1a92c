package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameRateTest {

    private static final double WRITTEN_DIGITS = 1e-8;

    @ParameterizedTest
    @CsvSource({
        // A GIF of 8 frames per second: 12 or 13 hundredths each, 2.01 seconds in all.
        "16, 201, 0.01, 7.69, 8",
        // A WebM names its rate; milliseconds cannot hold it.
        "16, 667, 0.001, 23.976, 23.976",
        // Frames at times of their own: the mean, whatever the header names.
        "5, 1020, 0.001, 10, 4.901960784",
        "5, 2500, 0.001, 0, 2"
    })
    void ofTimes_clip_isTheMeanBarRounding(long frames, double shownTicks, double tick, double named, double expected) {
        assertThat(FrameRate.ofTimes(frames, shownTicks, tick, named)).isCloseTo(expected, within(WRITTEN_DIGITS));
    }
}
