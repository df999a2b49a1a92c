package org.lamp4j.onnx.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lamp4j.onnx.runtime.NativeScope;
import org.lamp4j.onnx.runtime.TensorMemory;

class GradientSumTest {

    private final NativeScope natives = new NativeScope();

    @AfterEach
    void closeTensors() {
        natives.close();
    }

    @Test
    void addTo_moreThanOneBlock_addsInPlaceAndLeavesTheOtherAsItIs() {
        ParameterLayout layout = FilledBuffers.layout(FilledBuffers.BLOCK + 9);
        ParameterBuffers totals = FilledBuffers.of(layout, "a", 1, natives);
        ParameterBuffers added = FilledBuffers.of(layout, "b", 1, natives);
        float[] before = FilledBuffers.toArray(totals);
        float[] other = FilledBuffers.toArray(added);
        try (GradientSum sum = new GradientSum(TensorMemory.host())) {
            sum.addTo(totals, added);
        }
        float[] sums = new float[before.length];
        for (int index = 0; index < sums.length; index++) {
            sums[index] = before[index] + other[index];
        }
        assertThat(FilledBuffers.toArray(totals)).isEqualTo(sums);
        assertThat(FilledBuffers.toArray(added)).isEqualTo(other);
    }
}
