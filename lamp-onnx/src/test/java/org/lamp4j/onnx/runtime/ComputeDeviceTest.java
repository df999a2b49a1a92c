package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import org.junit.jupiter.api.Test;
import org.lamp4j.Device;
import org.lamp4j.Device.Precision;
import org.lamp4j.onnx.graph.ElementType;

class ComputeDeviceTest {

    private static boolean hasCuda() {
        return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    }

    @Test
    void cpu_isFloat32UnlessAskedOtherwise() {
        assertThat(ComputeDevice.cpu().elementType()).isEqualTo(ElementType.FLOAT);
        assertThat(ComputeDevice.cpu()).hasToString("CPU, float32");
        ComputeDevice half = ComputeDevice.find(Device.cpu().withPrecision(Precision.FLOAT16));
        assertThat(half.elementType()).isEqualTo(ElementType.FLOAT16);
        assertThat(half).hasToString("CPU, float16");
    }

    @Test
    void cuda_withoutItsProvider_isAnErrorThatSaysWhatToPutOnTheClassPath() {
        assumeFalse(hasCuda(), "this ONNX Runtime has the CUDA provider");

        assertThatThrownBy(() -> ComputeDevice.find(Device.cuda(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected an ONNX Runtime with the CUDA provider, but this one has [CPU]; put"
                        + " com.microsoft.onnxruntime:onnxruntime_gpu on the class path instead of onnxruntime"
                        + " (CUDA device 1, FLOAT16)");
    }

    @Test
    void auto_withoutCuda_isTheCpuInFloat32() {
        assumeFalse(hasCuda(), "this ONNX Runtime has the CUDA provider");

        assertThat(ComputeDevice.find(Device.auto())).hasToString("CPU, float32");
    }
}
