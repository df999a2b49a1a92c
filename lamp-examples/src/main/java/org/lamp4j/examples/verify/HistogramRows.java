package org.lamp4j.examples.verify;

import java.util.function.Consumer;
import org.lamp4j.generation.pipeline.HistogramMatching;
import org.lamp4j.tensor.FloatTensor;
import org.lamp4j.tensor.Shape;

/** Histogram matching; the error is the part of the values that differ at all. */
final class HistogramRows implements RowGroup {

    private static final String MATCHED = "histogram.matched";
    private static final double TOLERANCE = 0.005;

    /** Values are multiples of 1/255: what differs by less is the same level. */
    private static final double SAME_LEVEL = 1e-4;

    @Override
    public void compare(Subject subject, Fixture fixture, Consumer<Row> rows) {
        if (!fixture.has("histogram.reference", "histogram.frame", MATCHED)) {
            rows.accept(Row.absent(MATCHED, TOLERANCE));
            return;
        }
        FloatTensor matched = HistogramMatching.match(
                channelsFirst(fixture.tensor("histogram.frame")), channelsFirst(fixture.tensor("histogram.reference")));
        FloatTensor expected = channelsFirst(fixture.tensor(MATCHED));
        int count = Math.toIntExact(expected.shape().elementCount());
        int different = 0;
        for (int index = 0; index < count; index++) {
            if (!(Math.abs(matched.valueAt(index) - expected.valueAt(index)) <= SAME_LEVEL)) {
                different++;
            }
        }
        rows.accept(Row.of(MATCHED, (double) different / count, TOLERANCE));
    }

    /** Turns {@code [H, W, 3]} into {@code [3, H, W]}. */
    private static FloatTensor channelsFirst(FloatTensor image) {
        int height = image.shape().size(0);
        int width = image.shape().size(1);
        int channels = image.shape().size(2);
        int plane = height * width;
        return FloatTensor.generate(
                Shape.of(channels, height, width), index -> image.valueAt(index % plane * channels + index / plane));
    }
}
