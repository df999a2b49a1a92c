package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lamp4j.device.Device.Precision;

class TensorMemoryTest {

    /** This module is tested without lamp-cuda: all works as on the CPU. */
    @Test
    void of_aDeviceThatKeepsTensorsWithoutLampCuda_isHostMemory() {
        try (TensorMemory memory = TensorMemory.of(ComputeDevice.cpuThatKeepsTensors(Precision.FLOAT32))) {
            assertThat(memory.isHost()).isTrue();
            assertThat(memory.device().sharesMemoryOfProcessor()).isTrue();
        }
    }
}
