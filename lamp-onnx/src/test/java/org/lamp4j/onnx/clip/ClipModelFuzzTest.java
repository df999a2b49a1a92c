package org.lamp4j.onnx.clip;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lamp4j.device.Device;
import org.lamp4j.fuzz.ReaderFuzzTest;

class ClipModelFuzzTest extends ReaderFuzzTest {

    @Override
    protected List<Path> write(Path folder) throws IOException {
        TinyClip.in(folder);
        return List.of(folder.resolve("config.json"), folder.resolve("model.safetensors"));
    }

    @Override
    protected void read(Path file) throws IOException {
        try (ClipModel clip = ClipModel.open(file.getParent(), Device.cpu())) {
            clip.embed("a red car");
        }
    }
}
