package org.lamp4j.onnx.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lamp4j.device.CudaOptions;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.errors.DeviceUnavailableException;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.onnx.runtime.OnnxRuntime;

/** Choosing among devices, with a provider whose answers are those of ONNX Runtime 1.29.0, word for word. */
class DevicesTest {

    private static final String LOADING = "ONNX Runtime refused graph probe: Error code - ORT_FAIL - message:"
            + " provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get()"
            + " [ONNXRuntimeError] : 1 : FAIL : Failed to load library /x/libonnxruntime_providers_cuda.so with error: ";
    private static final String NOT_FOUND = ": cannot open shared object file: No such file or directory\n";
    private static final String NO_CUDNN = "ONNX Runtime failed in probe: Error code - ORT_NOT_IMPLEMENTED - message:"
            + " cuDNN is unavailable or disabled for CUDA Execution Provider: dlopen failed for libcudnn.so: libcudnn.so"
            + NOT_FOUND;

    private static final String NO_CUDA_IN_BINDING = "ONNX Runtime refused graph probe: Error code -"
            + " ORT_INVALID_ARGUMENT - message: This binary was not compiled with CUDA support.";
    private static final String PROVIDER = "libonnxruntime_providers_cuda.so";

    private static final Set<String> WITH_CUDA = Set.of("CPU", "CUDA");

    private static void works(ComputeDevice device) {}

    private static Consumer<ComputeDevice> fails(String reason) {
        return device -> {
            throw new IllegalStateException(reason);
        };
    }

    private static CudaCheck check(Consumer<ComputeDevice> probe, String... missing) {
        return new CudaCheck(WITH_CUDA, libraries(Optional.empty(), missing), probe);
    }

    private static CudaLibraries libraries(Optional<Path> folder, String... missing) {
        return new CudaLibraries(library -> !List.of(missing).contains(library), folder);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void choose_gpuThatWorks_isProbedInThePrecisionAskedFor(Precision precision) {
        List<String> probed = new ArrayList<>();
        CudaCheck check = check(device -> probed.add(device.toString()));

        ComputeDevice chosen = Devices.choose(Device.cuda(3).withPrecision(precision), check);

        assertThat(probed).containsExactly(chosen.toString());
        assertThat(chosen).hasToString("CUDA device 3, " + (precision == Precision.FLOAT32 ? "float32" : "float16"));
    }

    @Test
    void choose_autoWithGpuThatWorks_isTheGpu() {
        assertThat(Devices.choose(Device.auto(), check(DevicesTest::works))).hasToString("CUDA device 0, float16");
    }

    @Test
    void choose_autoWithGpuWhoseCudnnIsMissing_isTheCpuInFloat32() {
        assertThat(Devices.choose(Device.auto(), check(fails(NO_CUDNN)))).hasToString("CPU, float32");
    }

    @Test
    void choose_cpu_needsNoCuda() {
        assertThat(Devices.choose(Device.cpu(), check(fails("not asked")))).hasToString("CPU, float32");
    }

    @Test
    void choose_withoutTheProvider_saysWhatToPutOnTheClassPathAndWhatElseIsMissing() {
        CudaCheck check =
                new CudaCheck(Set.of("CPU"), new CudaLibraries(library -> false, Optional.empty()), DevicesTest::works);

        assertThatThrownBy(() -> Devices.choose(Device.cuda(1), check))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessage("expected an ONNX Runtime with the CUDA provider, but this one has [CPU]; put"
                        + " com.microsoft.onnxruntime:onnxruntime_gpu on the class path instead of onnxruntime, and"
                        + " install libcublasLt.so.12 (CUDA 12), libcublas.so.12 (CUDA 12), libcurand.so.10 (CUDA 12),"
                        + " libcudart.so.12 (CUDA 12), libcuda.so.1 (NVIDIA's driver), libcudnn.so.9 (cuDNN 9)"
                        + " (CUDA device 1, FLOAT16)");
    }

    @ParameterizedTest
    @CsvSource({
        "libcublasLt.so.12, CUDA 12",
        "libcublas.so.12, CUDA 12",
        "libcurand.so.10, CUDA 12",
        "libcudart.so.12, CUDA 12",
        "libcuda.so.1, NVIDIA's driver"
    })
    void choose_withoutALibrary_namesItAndWhatItIsPartOf(String library, String product) {
        assertRefused(
                check(fails(LOADING + library + NOT_FOUND)),
                "expected the libraries of CUDA 12 and cuDNN 9, but was without " + library + " (" + product
                        + "); install what is missing, or put its folder on LD_LIBRARY_PATH (CUDA device 0, FLOAT16)");
    }

    @Test
    void choose_withoutSeveralLibraries_namesAllAndNotTheFirstOnly() {
        assertRefused(
                check(fails(LOADING + "libcublasLt.so.12" + NOT_FOUND), "libcublas.so.12", "libcudnn.so.9"),
                "expected the libraries of CUDA 12 and cuDNN 9, but was without libcublasLt.so.12 (CUDA 12),"
                        + " libcublas.so.12 (CUDA 12), libcudnn.so.9 (cuDNN 9); install what is missing, or put its"
                        + " folder on LD_LIBRARY_PATH (CUDA device 0, FLOAT16)");
    }

    /** The provider loads cuDNN with the first convolution, so only running one shows it. */
    @Test
    void choose_withoutCudnn_namesItsVersion() {
        assertRefused(
                check(fails(NO_CUDNN)),
                "expected the libraries of CUDA 12 and cuDNN 9, but was without libcudnn.so.9 (cuDNN 9); install what is"
                        + " missing, or put its folder on LD_LIBRARY_PATH (CUDA device 0, FLOAT16)");
    }

    /** The provider of ONNX Runtime 1.28.0 for CUDA 13, whose loader names the first of four. */
    @Test
    void choose_providerForAnotherCuda_namesAllThatItAsksForItself(@TempDir Path folder) throws IOException {
        String[] needed = {"libcublasLt.so.13", "libcublas.so.13", "libcudart.so.13", "libcudnn.so.9"};
        Path provider = ProviderFile.write(
                folder.resolve(PROVIDER),
                Stream.concat(Stream.of(needed), Stream.of("libonnxruntime_providers_shared.so", "libm.so.6"))
                        .toArray(String[]::new));
        String reason = LOADING.replace("/x/" + PROVIDER, provider.toString()) + needed[0] + NOT_FOUND;

        assertRefused(
                check(fails(reason), needed),
                "expected the libraries of CUDA 13 and cuDNN 9, but was without libcublasLt.so.13 (CUDA 13),"
                        + " libcublas.so.13 (CUDA 13), libcudart.so.13 (CUDA 13), libcudnn.so.9 (cuDNN 9);"
                        + " install what is missing, or put its folder on LD_LIBRARY_PATH (CUDA device 0, FLOAT16)");
    }

    /** Which loads cuDNN itself, and then the reason does not say which provider it is. */
    @Test
    void choose_providerForAnotherCudaInTheProgramsFolder_isReadThere(@TempDir Path folder) throws IOException {
        ProviderFile.write(folder.resolve(PROVIDER), "libcublas.so.14", "libcurand.so.10", "libcudart.so.14");

        assertRefused(
                new CudaCheck(WITH_CUDA, libraries(Optional.of(folder), "libcurand.so.10"), fails(NO_CUDNN)),
                "expected the libraries of CUDA 14 and cuDNN 9, but was without libcurand.so.10 (CUDA 14),"
                        + " libcudnn.so.9 (cuDNN 9); install what is missing, or put its folder on LD_LIBRARY_PATH"
                        + " (CUDA device 0, FLOAT16)");
    }

    @Test
    void choose_providerForAnotherCudaThatCannotBeRead_namesWhatTheLoaderDoes() {
        assertRefused(
                check(fails(LOADING + "libcudart.so.13" + NOT_FOUND), "libcudart.so.12"),
                "expected the libraries of CUDA 13 and cuDNN 9, but was without libcudart.so.13 (CUDA 13); install what"
                        + " is missing, or put its folder on LD_LIBRARY_PATH (CUDA device 0, FLOAT16)");
    }

    @Test
    void choose_libraryOfTheSystemMissing_isNamed() {
        assertRefused(
                check(fails(LOADING + "libstdc++.so.6" + NOT_FOUND)),
                "expected the libraries of CUDA 12 and cuDNN 9, but was without libstdc++.so.6; install what is missing,"
                        + " or put its folder on LD_LIBRARY_PATH (CUDA device 0, FLOAT16)");
    }

    /** Whatever else is missing: with CUDA 13 installed, the names of CUDA 12 are nowhere. */
    @Test
    void choose_bindingWithoutCuda_saysWhichArtifactHasTheOther() {
        assertRefused(
                check(fails(NO_CUDA_IN_BINDING), "libcublas.so.12", "libcudnn.so.9"),
                "expected a Java binding of ONNX Runtime with CUDA, but its native library libonnxruntime4j_jni.so is the"
                        + " one without, of com.microsoft.onnxruntime:onnxruntime; take the one of"
                        + " com.microsoft.onnxruntime:onnxruntime_gpu, of the same version (CUDA device 0, FLOAT16)");
    }

    @ParameterizedTest
    @CsvSource({
        "Failed to find CUDA shared provider, libonnxruntime_providers_cuda.so",
        "/x/libonnxruntime_providers_shared.so: cannot open shared object file, libonnxruntime_providers_shared.so"
    })
    void choose_withoutALibraryOfOnnxRuntimesOwn_saysWhereItHasToBe(String reason, String library) {
        assertRefused(
                check(fails(reason), "libcublas.so.12"),
                "expected " + library
                        + " beside ONNX Runtime's other libraries, but there is none; put all libraries of"
                        + " one build with CUDA into one folder (CUDA device 0, FLOAT16)");
    }

    @Test
    void choose_withoutTheProviderInTheProgramsFolder_saysWhichFolder() {
        CudaCheck check = new CudaCheck(Set.of("CPU"), libraries(Optional.of(Path.of("natives"))), DevicesTest::works);

        assertRefused(
                check,
                "expected an ONNX Runtime with the CUDA provider, but the one of onnxruntime.native.path has [CPU]; put"
                        + " the libraries of a build with CUDA into natives (CUDA device 0, FLOAT16)");
    }

    /** The loader would have named what it does not find; a search knows less than it does. */
    @Test
    void choose_whenTheLoaderMissesNothing_passesTheReasonOn() {
        assertRefused(
                check(fails("CUDA failure 2: out of memory"), "libcublas.so.12"),
                "expected a GPU that runs a small graph, but was: CUDA failure 2: out of memory (CUDA device 0, FLOAT16)");
    }

    @Test
    void choose_autoWithBindingWithoutCuda_isTheCpu() {
        assertThat(Devices.choose(Device.auto(), check(fails(NO_CUDA_IN_BINDING))))
                .hasToString("CPU, float32");
    }

    @Test
    void choose_numberOfNoGpu_saysHowManyThereAre() {
        CudaCheck check = check(fails("cuda_execution_provider_info.cc:70 operator() Invalid device ID: 5, must be"
                + " between 0 (inclusive) and 2 (exclusive)."));

        assertThatThrownBy(() -> Devices.choose(Device.cuda(5), check))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessage("expected one of 2 CUDA GPUs, counted from 0, but was 5 (CUDA device 5, FLOAT16)");
    }

    @Test
    void choose_whenAllIsThereAndNothingWorks_passesTheReasonOn() {
        assertRefused(
                check(fails("CUDA driver version is insufficient\nfor CUDA runtime version")),
                "expected a GPU that runs a small graph, but was: CUDA driver version is insufficient for CUDA runtime"
                        + " version (CUDA device 0, FLOAT16)");
    }

    private static void assertRefused(CudaCheck check, String message) {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "expects names of libraries of Linux");
        assertThatThrownBy(() -> Devices.choose(Device.cuda(0), check))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessage(message);
    }

    @Test
    void list_withoutAnyGpu_isTheCpuAndWhatAGpuWouldNeed() {
        List<FoundDevice> devices = Devices.list(check(fails(NO_CUDNN)), List.of());

        assertThat(devices).extracting(FoundDevice::device).containsExactly(Device.cpu(), Device.cuda(0));
        assertThat(devices.get(0).problem()).isEmpty();
        assertThat(devices.get(0).memoryBytes().orElseThrow()).isPositive();
        assertThat(devices.get(1).name()).isEmpty();
        assertThat(devices.get(1).problem().orElseThrow()).contains("without libcudnn.so.9 (cuDNN 9)");
    }

    @Test
    void free_ofTheDriver_lessWhatLibrariesTake() {
        List<NvidiaSmi.Gpu> gpus = List.of(
                new NvidiaSmi.Gpu(0, "GPU-a", 24L << 30, 1, 23L << 30, "550.54", "One"),
                new NvidiaSmi.Gpu(1, "GPU-b", 80L << 30, 2, 1L << 20, "550.54", "Full"));

        assertThat(Devices.free(ComputeDevice.of(Device.cuda(0)), gpus).bytes()).isEqualTo((long) (0.8 * (22L << 30)));
        assertThat(Devices.free(ComputeDevice.of(Device.cuda(1)), gpus).bytes()).isEqualTo(1);
        assertThat(Devices.free(ComputeDevice.of(Device.cuda(2)), gpus).bytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(Devices.budget(ComputeDevice.cpu(), MemoryBudget.ofMachine()).isOfMachine())
                .isTrue();
    }

    @Test
    void list_severalGpus_haveTheNamesOfTheDriver() {
        List<NvidiaSmi.Gpu> gpus = List.of(
                new NvidiaSmi.Gpu(0, "GPU-a", 24L << 30, 1, 23L << 30, "550.54", "One"),
                new NvidiaSmi.Gpu(1, "GPU-b", 80L << 30, 2, 79L << 30, "550.54", "Other"));
        List<FoundDevice> devices = Devices.list(
                check(device -> {
                    if (device.toString().startsWith("CUDA device 1")) {
                        throw new IllegalStateException("out of memory");
                    }
                }),
                gpus);

        assertThat(devices).hasSize(3);
        assertThat(devices.get(1))
                .isEqualTo(new FoundDevice(
                        Device.cuda(0),
                        Optional.of("One"),
                        OptionalLong.of(24L << 30),
                        Optional.of("550.54"),
                        Optional.empty()));
        assertThat(devices.get(2).problem().orElseThrow()).contains("out of memory");
    }

    @Test
    void auto_onThisMachineWithoutCuda_isTheCpuInFloat32() {
        assumeFalse(OnnxRuntime.providers().contains("CUDA"), "this ONNX Runtime has the CUDA provider");

        assertThat(Devices.choose(
                        Device.auto().withCudaOptions(CudaOptions.newBuilder().build())))
                .hasToString("CPU, float32");
        assertThatThrownBy(() -> Devices.choose(Device.cuda(0)))
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageStartingWith("expected an ONNX Runtime with the CUDA provider, but this one has [CPU]; put"
                        + " com.microsoft.onnxruntime:onnxruntime_gpu on the class path instead of onnxruntime");
    }
}
