package org.lamp4j.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.lamp4j.Backbone;
import org.lamp4j.device.CudaOptions;
import org.lamp4j.device.CudaOptions.ArenaGrowth;
import org.lamp4j.device.CudaOptions.ConvolutionSearch;
import org.lamp4j.device.Device;
import org.lamp4j.device.Device.Precision;
import org.lamp4j.device.GradientCheckpointing;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.errors.StoppedException;
import org.lamp4j.examples.bench.ProfileBenchmark.Network;
import org.lamp4j.media.FrameSize;
import org.lamp4j.testing.EmbeddedModel;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ProfileProcessTest {

    private static final Benchmark CLIP = new Benchmark(2, new FrameSize(32, 32), 1, GradientCheckpointing.ALWAYS);

    /** Takes minutes. */
    private static final Benchmark LONG_CLIP =
            new Benchmark(64, new FrameSize(512, 512), 1, GradientCheckpointing.ALWAYS);

    static final List<Device> DEVICES = List.of(
            Device.cpu(),
            Device.auto().withPrecision(Precision.FLOAT32).withMemoryBudget(MemoryBudget.least()),
            Device.cuda(3)
                    .withThreads(2)
                    .withMemoryBudget(MemoryBudget.ofBytes(12345))
                    .withCudaOptions(CudaOptions.newBuilder()
                            .convolutionSearch(ConvolutionSearch.EXHAUSTIVE)
                            .arenaGrowth(ArenaGrowth.POWERS_OF_TWO)
                            .memoryLimit(1L << 40)
                            .reproducible(true)
                            .build()));

    @TempDir
    private Path folder;

    private Path model() throws IOException {
        Path model = folder.resolve("model");
        EmbeddedModel.copyTo(model);
        return model;
    }

    @ParameterizedTest
    @FieldSource("DEVICES")
    void read_requestThatWasWritten_isTheSame(Device device) throws IOException {
        Path file = folder.resolve("request.json");
        ProfileRequest.of(folder, Network.TRAINING_STEP, CLIP, device).write(file);

        ProfileRequest read = ProfileRequest.read(file);

        assertThat(read.network()).isEqualTo(Network.TRAINING_STEP);
        assertThat(read.benchmark().device()).isEqualTo(device);
        assertThat(read.benchmark().clip()).isEqualTo(CLIP);
    }

    @Test
    void of_onTheCpu_isWhatThisProcessMeasures() throws IOException {
        Path model = model();
        OperatorProfile other = new ProfileProcess(model, Device.cpu(), CLIP).of(Network.FORWARD);
        OperatorProfile own =
                new ProfileBenchmark(where -> Backbone.load(model, where), Device.cpu(), CLIP).of(Network.FORWARD);

        assertThat(other.seconds()).isPositive();
        assertThat(other.events())
                .extracting(OperatorEvent::withShapes)
                .containsExactlyInAnyOrderElementsOf(
                        own.events().stream().map(OperatorEvent::withShapes).toList());
    }

    @Test
    void builder_hasTheVariableAndThisProcessesLibrariesAndClassPath() {
        String before = System.setProperty("onnxruntime.native.path", "natives");
        try {
            ProcessBuilder builder = ProfileProcess.builder(folder);

            assertThat(builder.environment()).containsEntry("CUDA_LAUNCH_BLOCKING", "1");
            assertThat(builder.command())
                    .contains("-Donnxruntime.native.path=natives")
                    .containsSequence("-cp", System.getProperty("java.class.path"), ProfileProcess.class.getName());
        } finally {
            if (before == null) {
                System.clearProperty("onnxruntime.native.path");
            } else {
                System.setProperty("onnxruntime.native.path", before);
            }
        }
    }

    @Test
    void of_modelThatIsNotThere_saysWhatTheOtherProcessDoes() {
        Path none = folder.resolve("none");

        assertThatThrownBy(() -> new ProfileProcess(none, Device.cpu(), CLIP).of(Network.FORWARD))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the process that profiles ended with exit code 1: ")
                .hasMessageContaining(none.toString());
    }

    @Test
    void of_threadInterrupted_endsTheOtherProcess() throws IOException, InterruptedException {
        ProfileProcess process = new ProfileProcess(model(), Device.cpu(), LONG_CLIP);
        Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                process.of(Network.TRAINING_STEP);
            } catch (IOException | RuntimeException e) {
                thrown.set(e);
            }
        });
        thread.start();
        ProcessHandle other = firstChildBesides(before);

        thread.interrupt();
        thread.join();

        assertThat(thrown.get())
                .isInstanceOf(StoppedException.class)
                .hasMessage("stopped before everything was measured");
        assertThat(other.isAlive()).isFalse();
    }

    private static ProcessHandle firstChildBesides(Set<ProcessHandle> others) throws InterruptedException {
        Instant end = Instant.now().plus(Duration.ofMinutes(1));
        while (Instant.now().isBefore(end)) {
            var found = ProcessHandle.current()
                    .children()
                    .filter(child -> !others.contains(child))
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            Thread.sleep(10);
        }
        throw new AssertionError("expected a process of its own for the profile, but none began");
    }

    /** As when this process is killed, in which case nothing of it runs. */
    @Test
    void main_processThatBeganItIsGone_ends() throws IOException, InterruptedException {
        ProfileRequest.of(model(), Network.TRAINING_STEP, LONG_CLIP, Device.cpu())
                .write(folder.resolve("request.json"));
        Files.createDirectory(folder.resolve("profiles"));
        Process process = ProfileProcess.builder(folder).start();
        try {
            process.getOutputStream().close();

            assertThat(process.waitFor()).isEqualTo(129);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void of_gpuInAProcessWhoseLaunchesDoNotBlock_isRefusedBeforeTheModelIsOpened() {
        assumeFalse(ProfileProcess.isThisOne(), "CUDA_LAUNCH_BLOCKING is set");
        ProfileBenchmark benchmark = new ProfileBenchmark(
                where -> {
                    throw new IOException("was opened");
                },
                Device.cuda(0),
                CLIP);

        assertThatThrownBy(() -> benchmark.of(Network.FORWARD))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("expected the environment variable CUDA_LAUNCH_BLOCKING=1, without which a profile has the"
                        + " times in which kernels are launched, not those in which they run, but was "
                        + System.getenv("CUDA_LAUNCH_BLOCKING") + " (CUDA device 0, FLOAT16)");
    }
}
