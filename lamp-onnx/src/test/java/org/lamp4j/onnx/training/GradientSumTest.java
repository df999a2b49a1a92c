package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lamp4j.tensor.Shape;

class GradientSumTest {

    @Test
    void addTo_moreThanOneBlock_addsInPlaceAndLeavesTheOtherAsItIs() {
        ParameterLayout layout = new ParameterLayout(Map.of("weight", Shape.of(FilledBuffers.BLOCK + 9)));
        List<FloatBuffer> totals = FilledBuffers.of(layout, "a", 1);
        List<FloatBuffer> added = FilledBuffers.of(layout, "b", 1);
        float[] before = FilledBuffers.toArray(totals.get(0));
        float[] other = FilledBuffers.toArray(added.get(0));
        try (GradientSum sum = new GradientSum()) {
            sum.addTo(totals, added);
        }
        float[] sums = new float[before.length];
        for (int index = 0; index < sums.length; index++) {
            sums[index] = before[index] + other[index];
        }
        assertThat(FilledBuffers.toArray(totals.get(0))).isEqualTo(sums);
        assertThat(FilledBuffers.toArray(added.get(0))).isEqualTo(other);
    }
}
