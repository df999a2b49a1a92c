package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which base model, and where it runs. */
final class ModelOptions {

    @Option(
            names = "--model",
            required = true,
            paramLabel = "PATH",
            description = "A Stable Diffusion 1 or 2 model: a folder in diffusers layout, or a .safetensors or .ckpt "
                    + "file in the original layout.")
    private Path model;

    @Mixin
    private PredictionOption prediction;

    @Mixin
    private DeviceOption device;

    Path path() {
        return model;
    }

    Device device() {
        return device.get();
    }

    Backbone open() throws IOException {
        return prediction.open(model, device.get());
    }
}
