package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.fuzz.ReaderFuzzTest;

/** The archive; for the pickle in it see {@link TorchUnpicklerFuzzTest}. */
class TorchReaderFuzzTest extends ReaderFuzzTest {

    @Override
    protected List<Path> write(Path folder) throws IOException {
        Path file = folder.resolve("model.bin");
        TorchWriter.write(file, TestFiles.samples());
        return List.of(file);
    }

    @Override
    protected void read(Path file) throws IOException {
        TestFiles.readAll(file);
    }
}
