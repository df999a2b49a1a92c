package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.device.CudaOptions;
import org.lamp4j.device.CudaOptions.ArenaGrowth;
import org.lamp4j.device.CudaOptions.ConvolutionSearch;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.onnx.graph.ElementType;
import org.lamp4j.onnx.graph.Graph;
import org.lamp4j.onnx.graph.Target;
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

    @Test
    void target_reproducibleGpu_hasChannelsFirst() {
        CudaOptions reproducible = CudaOptions.newBuilder().reproducible(true).build();

        assertThat(ComputeDevice.of(Device.cuda(0)).target()).isEqualTo(Target.GPU);
        assertThat(ComputeDevice.of(Device.cuda(0).withCudaOptions(reproducible))
                        .target())
                .isEqualTo(Target.GPU_CHANNELS_FIRST);
    }

    /** Two sessions of one graph made in the same moment do not write over each other. */
    @Test
    void profiles_sessionClosed_areWrittenAndNamedAfterTheGraph(@TempDir Path folder) {
        ComputeDevice device = ComputeDevice.of(Device.cpu().withProfilesIn(folder));
        for (int session = 0; session < 2; session++) {
            open(device).close();
        }

        assertThat(folder.toFile().list()).hasSize(2).allMatch(name -> name.matches("a-sum-\\d+_.*\\.json"));
    }

    private static OnnxSession open(ComputeDevice device) {
        Graph graph = new Graph("a sum");
        Value x = graph.input("x", ElementType.FLOAT, Shape.of(2));
        graph.output("y", Elementwise.add(x, x));
        return OnnxSession.load(graph, device);
    }

    /** ONNX Runtime's own number is that of physical cores, which in a virtual machine may be fewer. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void session_numberOfThreadsNotGiven_isThatOfProcessors() throws Exception {
        int processors = Runtime.getRuntime().availableProcessors();

        assertThat(workers(Device.cpu())).isEqualTo(processors - 1);
        assertThat(workers(Device.cpu().withThreads(1))).isZero();
        assertThat(workers(Device.cpu().withThreads(processors + 2))).isEqualTo(processors + 1);
    }

    /** Returns how many threads a session has beside the caller's. */
    private static long workers(Device device) throws Exception {
        long before = threadsOfOnnxRuntime();
        try (OnnxSession session = open(ComputeDevice.of(device))) {
            assertThat(session.outputs()).containsKey("y");
            return threadsOfOnnxRuntime() - before;
        }
    }

    /** They have the name of the thread that made their session, which itself is gone a moment later. */
    private static long threadsOfOnnxRuntime() throws Exception {
        long count = -1;
        for (int same = 0; same < 3; ) {
            TimeUnit.MILLISECONDS.sleep(20);
            long now;
            try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
                now = threads.filter(thread -> name(thread).startsWith("ONNX Runtime lo"))
                        .count();
            }
            same = now == count ? same + 1 : 0;
            count = now;
        }
        return count;
    }

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (IOException ended) {
            return "";
        }
    }
}
