package org.lamp4j.video;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.media.FrameSize;
import org.lamp4j.media.RgbImage;

class OrientationTest {

    private static final int ONE = 1 << 16;

    /** Red values 1 2 3 above 4 5 6. */
    private static final RgbImage STORED =
            RgbImage.of(new FrameSize(3, 2), new byte[] {1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0, 5, 0, 0, 6, 0, 0});

    @ParameterizedTest
    @CsvSource({
        "1, 0, 0, 1, 1 2 3|4 5 6",
        "0, 1, -1, 0, 4 1|5 2|6 3",
        "-1, 0, 0, -1, 6 5 4|3 2 1",
        "0, -1, 1, 0, 3 6|2 5|1 4",
        "-1, 0, 0, 1, 3 2 1|6 5 4",
        "1, 0, 0, -1, 4 5 6|1 2 3",
        "0, 1, 1, 0, 1 4|2 5|3 6",
        "0, -1, -1, 0, 6 3|5 2|4 1",
        "0, 0, 0, 0, 1 2 3|4 5 6"
    })
    void apply_matrix_turnsPixels(int a, int b, int c, int d, String expected) {
        RgbImage upright =
                Orientation.ofMatrix(a * ONE, b * ONE, c * ONE, d * ONE).apply(STORED.size(), Clips.stored(STORED, 3));

        assertThat(redValues(upright)).isEqualTo(expected);
    }

    @Test
    void ofMatrix_slightlyTilted_isTheNearestQuarterTurn() {
        int cos = (int) (ONE * Math.cos(Math.toRadians(80)));
        int sin = (int) (ONE * Math.sin(Math.toRadians(80)));

        assertThat(Orientation.ofMatrix(cos, sin, -sin, cos)).isEqualTo(Orientation.ofMatrix(0, ONE, -ONE, 0));
    }

    @Test
    void apply_rowsWithPaddingAndOpacity_laysThemOverBlack() {
        RgbImage upright = Orientation.UPRIGHT.apply(STORED.size(), Clips.stored(STORED, 4));

        assertThat(upright.toRgbBytes()).isEqualTo(STORED.toRgbBytes());
    }

    private static String redValues(RgbImage image) {
        StringBuilder rows = new StringBuilder();
        for (int y = 0; y < image.size().height(); y++) {
            rows.append(y == 0 ? "" : "|");
            for (int x = 0; x < image.size().width(); x++) {
                rows.append(x == 0 ? "" : " ").append(image.valueAt(x, y, 0));
            }
        }
        return rows.toString();
    }
}
