package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.examples.verify.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares this build with the numbers of a reference fixture. */
@Command(
        name = "verify",
        description = "Compares what this build computes with the numbers of a reference fixture, row by row.")
final class VerifyCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "DIR",
            description = "A fixture: case.json, tensors.safetensors, and the model and motion they belong to.")
    private Path folder;

    @Option(
            names = "--memory-budget",
            paramLabel = "SIZE",
            defaultValue = "machine",
            description =
                    "As for training. With least, weights stay mapped and training recomputes. Default: ${DEFAULT-VALUE}.")
    private MemoryBudget memoryBudget;

    @Mixin
    private CheckpointingOption checkpointing;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Device device = Device.cpu().withMemoryBudget(memoryBudget);
        Verification verification = Verification.run(folder, device, checkpointing.value(), row -> {
            out.println(row);
            out.flush();
        });
        out.println(verification.summary());
        return verification.passed() ? Lamp.OK : Lamp.FAILED;
    }
}
