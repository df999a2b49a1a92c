package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.TensorMemory;

class GradientNormTest {

    /** A sum of squares in float32. */
    private static final double ROUNDING = 1e-5;

    private final NativeScope natives = new NativeScope();

    @AfterEach
    void closeTensors() {
        natives.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {5, FilledBuffers.BLOCK + 1})
    void of_anySize_isTheRootOfTheSumOfSquares(int size) {
        ParameterLayout layout = FilledBuffers.layout(size);
        ParameterBuffers values = FilledBuffers.of(layout, "values", 3, natives);
        double sum = 0;
        for (float value : FilledBuffers.toArray(values)) {
            sum += (double) value * value;
        }
        try (GradientNorm norm = new GradientNorm(TensorMemory.host())) {
            assertThat(norm.of(values)).isCloseTo(Math.sqrt(sum), within(ROUNDING * Math.sqrt(sum)));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void of_oneElementNotFinite_isNotFinite(float value) {
        ParameterLayout layout = FilledBuffers.layout(FilledBuffers.BLOCK + 9);
        ParameterBuffers values = FilledBuffers.of(layout, "values", 3, natives);
        FilledBuffers.only(values).put(FilledBuffers.BLOCK + 3, value);
        try (GradientNorm norm = new GradientNorm(TensorMemory.host())) {
            assertThat(Double.isFinite(norm.of(values))).isFalse();
        }
    }
}
