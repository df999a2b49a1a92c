package org.lamp4j.generation.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.RandomSource;
import org.lamp4j.tensor.Shape;
import org.lamp4j.tensor.ShapeMismatchException;
import org.lamp4j.testing.Fixture;

class HistogramMatchingTest {

    @ParameterizedTest
    @ValueSource(strings = {"sd14-mini", "odd-shapes"})
    void match_fixture_differsInAtMostHalfAPercentOfValues(String name) {
        Fixture fixture = Fixture.open(name);
        FloatTensor expected = channelsFirst(fixture.floats("histogram.matched"));

        FloatTensor matched = HistogramMatching.match(
                channelsFirst(fixture.floats("histogram.frame")), channelsFirst(fixture.floats("histogram.reference")));

        int different = 0;
        for (int index = 0; index < expected.shape().elementCount(); index++) {
            if (Math.round(matched.valueAt(index) * 255) != Math.round(expected.valueAt(index) * 255)) {
                different++;
            }
        }
        assertThat((double) different / expected.shape().elementCount()).isLessThanOrEqualTo(0.005);
    }

    private static FloatTensor channelsFirst(FloatTensor pixels) {
        Shape shape = pixels.shape();
        return FloatTensor.generate(Shape.of(3, shape.size(0), shape.size(1)), index -> {
            int plane = shape.size(0) * shape.size(1);
            return pixels.valueAt(index % plane * 3 + index / plane);
        });
    }

    private static FloatTensor frame(float... row) {
        return FloatTensor.generate(Shape.of(3, 1, row.length), index -> row[index % row.length]);
    }

    @Test
    void match_frameWithItself_changesNothingBut8Bits() {
        FloatTensor frame = FloatTensor.generate(Shape.of(3, 16, 16), index -> index % 256 / 255f);

        assertThat(HistogramMatching.match(frame, frame).toArray()).containsExactly(frame.toArray());
    }

    @Test
    void match_brighterFrame_takesTheReferencesLevels() {
        FloatTensor matched = HistogramMatching.match(frame(0.8f, 0.6f, 1, 0.9f), frame(0.4f, 0, 0.2f, 0.2f));

        assertThat(matched.toArray()).startsWith(51 / 255f, 0, 102 / 255f, 51 / 255f);
    }

    @Test
    void match_channels_areIndependent() {
        FloatTensor frame = FloatTensor.of(Shape.of(3, 1, 2), 0, 1, 0, 1, 0, 1);
        FloatTensor reference = FloatTensor.of(Shape.of(3, 1, 1), 0.2f, 0.4f, 0.6f);

        assertThat(HistogramMatching.match(frame, reference).toArray())
                .containsExactly(51 / 255f, 51 / 255f, 102 / 255f, 102 / 255f, 153 / 255f, 153 / 255f);
    }

    /** 0.999 · 255 is 254.7: an 8-bit value is cut, not rounded. */
    @Test
    void match_valuesBetweenLevels_areTruncated() {
        assertThat(HistogramMatching.match(frame(0.999f), frame(0.999f)).valueAt(0))
                .isEqualTo(254 / 255f);
    }

    @Test
    void match_valuesOutsideTheRange_areClamped() {
        assertThat(HistogramMatching.match(frame(-0.5f, 1.5f), frame(0, 1)).toArray())
                .startsWith(0, 1);
    }

    @Test
    void match_randomFrames_haveTheReferencesMean() {
        FloatTensor dark =
                RandomSource.stream(1, "dark", 0).gaussian(Shape.of(3, 32, 32)).times(0.05f);
        FloatTensor reference = FloatTensor.generate(dark.shape(), index -> 0.7f + dark.valueAt(index));

        FloatTensor matched = HistogramMatching.match(
                RandomSource.stream(1, "frame", 0).gaussian(dark.shape()).times(0.3f), reference);

        double mean = 0;
        for (float value : matched.toArray()) {
            mean += value / matched.shape().elementCount();
        }
        assertThat(mean).isBetween(0.68, 0.74);
    }

    @Test
    void match_wrongShape_isRefused() {
        assertThatThrownBy(() -> HistogramMatching.match(FloatTensor.zeros(Shape.of(4, 2, 2)), frame(0)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("expected a frame [3, H, W], but was [4, 2, 2] (HistogramMatching.match)");
    }
}
