package org.lamp4j.onnx.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lamp4j.standin.StandIn;

/** ONNX Runtime's CUDA provider on a stand-in for a GPU, of which one library is missing. */
@Tag(StandIn.TAG)
class MissingLibraryTest {

    @TempDir
    private Path libraries;

    private Path provider;

    @BeforeEach
    void copyStandIn() throws IOException, InterruptedException {
        StandIn.assumeLoaded();
        Path folder = Path.of(System.getProperty("stand-in.folder"));
        provider = folder.resolve("onnxruntime");
        Path cuda = folder.resolve("cuda");
        try (Stream<Path> files = Files.list(cuda)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, libraries.resolve(file.getFileName()));
            }
        }
    }

    private String chosen() throws IOException {
        ProcessBuilder java = new ProcessBuilder(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Donnxruntime.native.path=" + provider,
                "-cp",
                System.getProperty("java.class.path"),
                ChosenDevice.class.getName()));
        java.environment().put("LD_LIBRARY_PATH", libraries + ":" + provider);
        Process process = java.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }

    @ParameterizedTest
    @CsvSource({
        "libcublasLt.so.12, CUDA 12",
        "libcublas.so.12, CUDA 12",
        "libcurand.so.10, CUDA 12",
        "libcudart.so.12, CUDA 12",
        "libcuda.so.1, NVIDIA's driver",
        "libcudnn.so.9, cuDNN 9"
    })
    void choose_withoutALibrary_namesItAlone(String library, String product) throws IOException {
        Files.delete(libraries.resolve(library));

        assertThat(chosen())
                .isEqualTo("expected the libraries of CUDA 12 and cuDNN 9, but was without " + library + " (" + product
                        + "); install what is missing, or put its folder on LD_LIBRARY_PATH (CUDA device 0, FLOAT16)");
    }

    /** Which no network here needs, and the stand-in may be without. */
    @Test
    void choose_withoutCufft_isTheGpu() throws IOException {
        Files.deleteIfExists(libraries.resolve("libcufft.so.11"));

        assertThat(chosen()).isEqualTo("CUDA device 0, float16");
    }
}
