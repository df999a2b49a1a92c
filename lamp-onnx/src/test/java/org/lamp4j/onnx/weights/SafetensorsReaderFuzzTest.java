package org.lamp4j.onnx.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lamp4j.fuzz.ReaderFuzzTest;

class SafetensorsReaderFuzzTest extends ReaderFuzzTest {

    @Override
    protected List<Path> write(Path folder) throws IOException {
        Path file = folder.resolve("model.safetensors");
        SafetensorsWriter.write(file, TestFiles.samples(), Map.of("steps", "12"));
        return List.of(file);
    }

    @Override
    protected void read(Path file) throws IOException {
        TestFiles.readAll(file);
    }
}
