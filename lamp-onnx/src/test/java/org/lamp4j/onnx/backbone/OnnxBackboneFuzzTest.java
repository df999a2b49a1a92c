package org.lamp4j.onnx.backbone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lamp4j.device.Device;
import org.lamp4j.fuzz.ReaderFuzzTest;

/**
 * Beside the configurations, what they and the weights say together is checked: a tensor missing or of another shape.
 */
class OnnxBackboneFuzzTest extends ReaderFuzzTest {

    @Override
    protected List<Path> write(Path folder) throws IOException {
        TinyModel.in(folder);
        return Stream.of("text_encoder", "vae", "unet")
                .map(component -> folder.resolve(component).resolve("config.json"))
                .toList();
    }

    @Override
    protected void read(Path file) throws IOException {
        new OnnxBackboneProvider()
                .open(file.getParent().getParent(), Device.cpu())
                .close();
    }
}
