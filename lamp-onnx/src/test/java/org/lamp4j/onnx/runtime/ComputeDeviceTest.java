package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.CudaOptions;
import org.lamp4j.device.CudaOptions.ArenaGrowth;
import org.lamp4j.device.CudaOptions.ConvolutionSearch;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Value;
import org.lamp4j.onnx.op.Elementwise;
import org.lamp4j.tensor.Shape;

class ComputeDeviceTest {

    @Test
    void cpu_isFloat32UnlessAskedOtherwise() {
        assertThat(ComputeDevice.cpu().elementType()).isEqualTo(ElementType.FLOAT);
        assertThat(ComputeDevice.cpu()).hasToString("CPU, float32");
        ComputeDevice half = ComputeDevice.of(Device.cpu().withPrecision(Precision.FLOAT16));
        assertThat(half.elementType()).isEqualTo(ElementType.FLOAT16);
        assertThat(half).hasToString("CPU, float16");
    }

    @Test
    void of_deviceThatHasToBeChosenFirst_isRefused() {
        assertThatThrownBy(() -> ComputeDevice.of(Device.auto()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a device, but was AUTO, FLOAT16 (ComputeDevice.of)");
    }

    @Test
    void providerOptions_ofCudaOptions_areOnnxRuntimesWords() {
        assertThat(ComputeDevice.providerOptions(CudaOptions.newBuilder().build()))
                .containsOnly(
                        Map.entry("cudnn_conv_algo_search", "HEURISTIC"),
                        Map.entry("arena_extend_strategy", "kSameAsRequested"));
        assertThat(ComputeDevice.providerOptions(CudaOptions.newBuilder()
                        .convolutionSearch(ConvolutionSearch.EXHAUSTIVE)
                        .arenaGrowth(ArenaGrowth.POWERS_OF_TWO)
                        .memoryLimit(1L << 33)
                        .build()))
                .containsOnly(
                        Map.entry("cudnn_conv_algo_search", "EXHAUSTIVE"),
                        Map.entry("arena_extend_strategy", "kNextPowerOfTwo"),
                        Map.entry("gpu_mem_limit", "8589934592"));
    }

    /** Two sessions of one graph made in the same moment do not write over each other. */
    @Test
    void profiles_sessionClosed_areWrittenAndNamedAfterTheGraph(@TempDir Path folder) {
        ComputeDevice device = ComputeDevice.of(Device.cpu().withProfilesIn(folder));
        for (int session = 0; session < 2; session++) {
            Graph graph = new Graph("a sum");
            Value x = graph.input("x", ElementType.FLOAT, Shape.of(2));
            graph.output("y", Elementwise.add(x, x));
            OnnxSession.load(graph, device).close();
        }

        assertThat(folder.toFile().list()).hasSize(2).allMatch(name -> name.matches("a-sum-\\d+_.*\\.json"));
    }
}
