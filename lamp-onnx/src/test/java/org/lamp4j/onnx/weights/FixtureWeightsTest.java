package org.lamp4j.onnx.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lamp4j.fixtures.ReferenceFixture;

/** Every file of weights among the fixtures, which other programs wrote. */
class FixtureWeightsTest {

    private static List<Path> weightFiles() throws IOException {
        try (Stream<Path> files = Files.walk(ReferenceFixture.folder("."))) {
            return files.filter(file -> file.toString().matches(".*\\.(bin|safetensors)"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void weightFiles_areOfBothFormats() throws IOException {
        assertThat(weightFiles()).extracting(Path::toString).anyMatch(name -> name.endsWith(".bin"));
        assertThat(weightFiles()).extracting(Path::toString).anyMatch(name -> name.endsWith(".safetensors"));
    }

    @Test
    void floats_everyTensorOfEveryFile_areFiniteAndAsManyAsTheShapeSays() throws IOException {
        for (Path file : weightFiles()) {
            Checkpoint checkpoint = Checkpoint.open(file);
            assertThat(checkpoint.names()).as(file.toString()).isNotEmpty();
            for (String name : checkpoint.names()) {
                FloatBuffer floats = checkpoint.tensor(name).floats();
                assertThat((long) floats.remaining())
                        .as(name)
                        .isEqualTo(checkpoint.tensor(name).shape().elementCount());
                assertThat(allFinite(floats)).as(name + " is finite").isTrue();
            }
        }
    }

    private static boolean allFinite(FloatBuffer floats) {
        while (floats.hasRemaining()) {
            if (!Float.isFinite(floats.get())) {
                return false;
            }
        }
        return true;
    }

    @Test
    void write_everyTensorOfEveryFile_isReadBackFromBothFormats(@TempDir Path folder) throws IOException {
        for (Path file : weightFiles()) {
            Checkpoint original = Checkpoint.open(file);
            List<StoredTensor> tensors =
                    original.names().stream().map(original::tensor).toList();
            SafetensorsWriter.write(folder.resolve("m.safetensors"), tensors, Map.of());
            TorchWriter.write(folder.resolve("m.bin"), tensors);
            assertSame(original, Checkpoint.open(folder.resolve("m.safetensors")));
            assertSame(original, Checkpoint.open(folder.resolve("m.bin")));
        }
    }

    private static void assertSame(Checkpoint expected, Checkpoint actual) {
        assertThat(actual.names()).as(expected.file().toString()).isEqualTo(expected.names());
        for (String name : expected.names()) {
            assertThat(actual.tensor(name).shape())
                    .as(name)
                    .isEqualTo(expected.tensor(name).shape());
            assertThat(actual.tensor(name).type())
                    .as(name)
                    .isEqualTo(expected.tensor(name).type());
            assertThat(actual.tensor(name).data())
                    .as(name)
                    .isEqualTo(expected.tensor(name).data());
        }
    }
}
