package org.lamp4j.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeArchiveTest {

    private static final String PLATFORM = "some-platform";

    @TempDir
    private Path folder;

    /** Both archives have the classes; a library of the one beside those of the other could not be loaded. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void open_withAndWithoutCuda_isOfTheArchiveWithCudaWhicheverComesFirst(boolean gpuFirst) throws IOException {
        URL cpu = archive("cpu", "onnxruntime", "onnxruntime_providers_openvino");
        URL gpu = archive("gpu", "onnxruntime", "onnxruntime_providers_cuda");
        URL[] classPath = gpuFirst ? new URL[] {gpu, cpu} : new URL[] {cpu, gpu};
        try (URLClassLoader loader = new URLClassLoader(classPath, null)) {
            NativeArchive found = NativeArchive.find(loader, PLATFORM).orElseThrow();

            assertThat(content(found, "onnxruntime")).contains("gpu");
            assertThat(content(found, "onnxruntime_providers_cuda")).contains("gpu");
            assertThat(content(found, "onnxruntime_providers_openvino")).isEmpty();
        }
    }

    @Test
    void find_withoutCuda_isTheArchiveThatIsThere() throws IOException {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {archive("cpu", "onnxruntime")}, null)) {
            NativeArchive found = NativeArchive.find(loader, PLATFORM).orElseThrow();

            assertThat(content(found, "onnxruntime")).contains("cpu");
            assertThat(NativeArchive.find(loader, "other-platform")).isEmpty();
        }
    }

    private URL archive(String name, String... libraries) throws IOException {
        Path jar = folder.resolve(name + ".jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file)) {
            for (String library : libraries) {
                entries.putNextEntry(
                        new JarEntry("ai/onnxruntime/native/" + PLATFORM + "/" + System.mapLibraryName(library)));
                entries.write(name.getBytes(StandardCharsets.UTF_8));
            }
        }
        return jar.toUri().toURL();
    }

    private static Optional<String> content(NativeArchive archive, String library) throws IOException {
        Optional<InputStream> opened = archive.open(library);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream content = opened.get()) {
            return Optional.of(new String(content.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
