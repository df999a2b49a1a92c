package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lamp4j.tensor.Shape;

class GradientNormTest {

    /** A sum of squares in float32. */
    private static final double ROUNDING = 1e-5;

    @ParameterizedTest
    @ValueSource(ints = {5, FilledBuffers.BLOCK + 1})
    void of_anySize_isTheRootOfTheSumOfSquares(int size) {
        ParameterLayout layout = new ParameterLayout(Map.of("weight", Shape.of(size)));
        List<FloatBuffer> values = FilledBuffers.of(layout, "values", 3);
        double sum = 0;
        for (float value : FilledBuffers.toArray(values.get(0))) {
            sum += (double) value * value;
        }
        try (GradientNorm norm = new GradientNorm()) {
            assertThat(norm.of(values)).isCloseTo(Math.sqrt(sum), within(ROUNDING * Math.sqrt(sum)));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void of_oneElementNotFinite_isNotFinite(float value) {
        ParameterLayout layout = new ParameterLayout(Map.of("weight", Shape.of(FilledBuffers.BLOCK + 9)));
        List<FloatBuffer> values = FilledBuffers.of(layout, "values", 3);
        values.get(0).put(FilledBuffers.BLOCK + 3, value);
        try (GradientNorm norm = new GradientNorm()) {
            assertThat(Double.isFinite(norm.of(values))).isFalse();
        }
    }
}
