package org.lamp4j.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource({"16, 5, 5, 4", "16, 16, 16, 16", "16, 100, 16, 16", "17, 16, 16, 1", "6, 1, 1, 1"})
    void atOnce_ofAGpu_comesToEqualPortions(int count, long most, int onCpu, int onGpu) {
        assertThat(Target.CPU.atOnce(count, most)).isEqualTo(onCpu);
        assertThat(Target.GPU.atOnce(count, most)).isEqualTo(onGpu);
    }
}
