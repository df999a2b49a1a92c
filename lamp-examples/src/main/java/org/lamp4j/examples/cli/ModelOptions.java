package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.lamp4j.Backbone;
import org.lamp4j.Device;
import picocli.CommandLine.Option;

/** Which base model, and where it runs. */
final class ModelOptions {

    @Option(
            names = "--model",
            required = true,
            paramLabel = "DIR",
            description = "A Stable Diffusion v1 directory in diffusers layout.")
    private Path directory;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "cpu, cuda:N, or auto for the first that works. Default: ${DEFAULT-VALUE}.")
    private Device device;

    Backbone open() throws IOException {
        return Backbone.load(directory, device);
    }
}
