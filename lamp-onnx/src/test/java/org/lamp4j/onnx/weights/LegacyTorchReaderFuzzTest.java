package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.fuzz.ReaderFuzzTest;

/** Files of PyTorch before 1.6. */
class LegacyTorchReaderFuzzTest extends ReaderFuzzTest {

    @Override
    protected List<Path> write(Path folder) throws IOException {
        return List.of(
                Files.write(folder.resolve("old.pt"), LegacyFiles.ofVector(12).bytes()));
    }

    @Override
    protected void read(Path file) throws IOException {
        TestFiles.readAll(file);
    }
}
