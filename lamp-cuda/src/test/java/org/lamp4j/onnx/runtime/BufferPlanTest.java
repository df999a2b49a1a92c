package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtSession.SessionOptions;
import org.junit.jupiter.api.Test;
import org.lamp4j.device.Device.Precision;

/** With the version of ONNX Runtime that this build has; {@code KeptTensorsTest} computes without the plan. */
class BufferPlanTest {

    @Test
    void freesBuffersAtOnce_deviceWithMemoryOfItsOwn_isTrue() {
        assertThat(ComputeDevice.cpuThatKeepsTensors(Precision.FLOAT32).freesBuffersAtOnce())
                .isTrue();
        assertThat(ComputeDevice.cpu().freesBuffersAtOnce()).isFalse();
    }

    @Test
    void drop_optionsWithAPatternOrWithout_areLeftSo() throws Exception {
        for (boolean pattern : new boolean[] {true, false}) {
            OnnxRuntime.environment();
            try (SessionOptions options = new SessionOptions()) {
                options.setMemoryPatternOptimization(pattern);
                options.setCPUArenaAllocator(pattern);
                byte[] before = members(options);

                assertThat(BufferPlan.drop(options)).isTrue();

                byte[] after = members(options);
                int changed = 0;
                for (int index = 0; index < before.length; index++) {
                    changed += before[index] == after[index] ? 0 : 1;
                }
                assertThat(changed).isEqualTo(1);
                assertThat(BufferPlan.drop(options)).isTrue();
                assertThat(members(options)).isEqualTo(after);
            }
        }
    }

    private static byte[] members(SessionOptions options) throws ReflectiveOperationException {
        return new com.sun.jna.Pointer(BindingInternals.handle(options)).getByteArray(0, 64);
    }
}
