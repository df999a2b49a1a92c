package org.lamp4j.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lamp4j.Backbone;
import org.lamp4j.device.Device;
import org.lamp4j.onnx.export.ModelConversion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Writes a single file as a folder, and a folder as a single file. */
@Command(
        name = "convert",
        description = "Writes a model that is a single file as a folder in diffusers layout, or a folder as a single "
                + "file. Weights keep their precision. Either form can be used as it is.")
final class ConvertCommand implements Callable<Integer> {

    @Mixin
    private ModelPath model;

    @Mixin
    private PredictionOption prediction;

    @Mixin
    private LoraOption lora;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "PATH",
            description = "Where the other form goes: a folder for a file, a .safetensors file for a folder.")
    private Path output;

    @Mixin
    private OverwriteOption overwrite;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        boolean toFile = Files.isDirectory(model.get());
        if (toFile) {
            if (!output.toString().endsWith(".safetensors")) {
                throw new ParameterException(
                        spec.commandLine(),
                        "expected --output to be a .safetensors file for a model folder, but was " + output);
            }
            overwrite.file(output);
        } else {
            overwrite.folder(output);
        }
        try (Backbone backbone = lora.addTo(() -> prediction.open(model.get(), Device.cpu()))) {
            if (toFile) {
                ModelConversion.toFile(backbone, output);
            } else {
                ModelConversion.toFolder(backbone, output);
            }
        }
        spec.commandLine().getOut().println("wrote " + output);
        return Lamp.OK;
    }
}
