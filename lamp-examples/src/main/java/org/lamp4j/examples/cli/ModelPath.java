package org.lamp4j.examples.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which base model. */
final class ModelPath {

    @Option(
            names = "--model",
            required = true,
            paramLabel = "PATH",
            description = "A Stable Diffusion 1 or 2 model: a folder in diffusers layout, or a .safetensors or .ckpt "
                    + "file in the original layout.")
    private Path path;

    Path get() {
        return path;
    }
}
