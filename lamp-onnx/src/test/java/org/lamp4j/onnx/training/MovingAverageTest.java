package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.Shape;

class MovingAverageTest {

    /** Three operations in float32 on values below 1. */
    private static final double ROUNDING = 1e-6;

    @Test
    void moveTowards_moreThanOneBlock_keepsTheDecaysPartAndLeavesTheValuesAsTheyAre() {
        ParameterLayout layout = new ParameterLayout(Map.of("weight", Shape.of(FilledBuffers.BLOCK + 9)));
        List<FloatBuffer> first = FilledBuffers.of(layout, "a", 1);
        List<FloatBuffer> second = FilledBuffers.of(layout, "b", 1);
        float[] a = FilledBuffers.toArray(first.get(0));
        float[] b = FilledBuffers.toArray(second.get(0));
        List<FloatBuffer> averaged = layout.allocate();
        try (MovingAverage average = new MovingAverage(averaged)) {
            average.moveTowards(first, 0);
            assertThat(FilledBuffers.toArray(averaged.get(0))).isEqualTo(a);

            average.moveTowards(second, 0.75f);
            float[] averages = FilledBuffers.toArray(averaged.get(0));
            for (int index = 0; index < a.length; index++) {
                assertThat((double) averages[index]).isCloseTo(0.75 * a[index] + 0.25 * b[index], within(ROUNDING));
            }
        }
        assertThat(FilledBuffers.toArray(second.get(0))).isEqualTo(b);
    }
}
