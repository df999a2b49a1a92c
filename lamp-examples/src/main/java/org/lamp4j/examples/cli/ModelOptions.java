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
            paramLabel = "DIR",
            description = "A Stable Diffusion v1 folder in diffusers layout.")
    private Path folder;

    @Mixin
    private DeviceOption device;

    Path folder() {
        return folder;
    }

    Device device() {
        return device.get();
    }

    Backbone open() throws IOException {
        return Backbone.load(folder, device.get());
    }
}
