package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.TensorMemory;

class MovingAverageTest {

    /** Three operations in float32 on values below 1. */
    private static final double ROUNDING = 1e-6;

    private final NativeScope natives = new NativeScope();

    @AfterEach
    void closeTensors() {
        natives.close();
    }

    @Test
    void moveTowards_moreThanOneBlock_keepsTheDecaysPartAndLeavesTheValuesAsTheyAre() {
        ParameterLayout layout = FilledBuffers.layout(FilledBuffers.BLOCK + 9);
        ParameterBuffers first = FilledBuffers.of(layout, "a", 1, natives);
        ParameterBuffers second = FilledBuffers.of(layout, "b", 1, natives);
        float[] a = FilledBuffers.toArray(first);
        float[] b = FilledBuffers.toArray(second);
        ParameterBuffers averaged = FilledBuffers.zeros(layout, natives);
        try (MovingAverage average = new MovingAverage(averaged, TensorMemory.host())) {
            average.moveTowards(first, 0);
            assertThat(FilledBuffers.toArray(averaged)).isEqualTo(a);

            average.moveTowards(second, 0.75f);
            float[] averages = FilledBuffers.toArray(averaged);
            for (int index = 0; index < a.length; index++) {
                assertThat((double) averages[index]).isCloseTo(0.75 * a[index] + 0.25 * b[index], within(ROUNDING));
            }
        }
        assertThat(FilledBuffers.toArray(second)).isEqualTo(b);
    }
}
