package org.lamp4j.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lamp4j.device.Device;
import org.lamp4j.examples.accept.Acceptance;
import org.lamp4j.examples.accept.Scale;
import org.lamp4j.onnx.device.Devices;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows whether a device does what it should, and how fast. */
@Command(
        name = "accept",
        description = "Runs on a device what shows that all works there, and how fast: reference fixtures, gradients "
                + "against the CPU's, a motion, a model of full size. Writes a page and JSON to attach to an issue. "
                + "Stopped, it goes on where it was.")
final class AcceptCommand implements Callable<Integer> {

    /** How much is run. */
    enum Size {
        /** A random model of full size, a motion learned to the end. */
        FULL,
        /** Networks and steps that take seconds on any machine. */
        SMALL
    }

    @Mixin
    private DeviceOption device;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "lamp-acceptance",
            description = "Where results go, and a model of 2 GB at full size. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Option(
            names = "--fixtures",
            paramLabel = "DIR",
            defaultValue = "fixtures",
            description = "A folder of reference fixtures, as in the sources. Default: ${DEFAULT-VALUE}.")
    private Path fixtures;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            description = "${COMPLETION-CANDIDATES}: how much is run. Default: full on a GPU, small on the CPU.")
    private Optional<Size> size = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Device tested = chosen(device.get());
        Size run = size.orElse(tested.kind() == Device.Kind.CPU ? Size.SMALL : Size.FULL);
        Acceptance acceptance = new Acceptance(
                OutputPlace.ofFolder(output),
                fixtures,
                tested,
                run == Size.FULL ? Scale.FULL : Scale.SMALL,
                new Lamp.Version().getVersion()[0],
                line -> {
                    out.println(line);
                    out.flush();
                });
        Acceptance.Outcome outcome = acceptance.run();
        out.println("Open " + outcome.page().toAbsolutePath().normalize() + ", attach it and " + outcome.json());
        return outcome.passed() ? Lamp.OK : Lamp.FAILED;
    }

    private static Device chosen(Device device) {
        if (device.kind() != Device.Kind.AUTO) {
            return device;
        }
        return Devices.choose(device).sharesMemoryOfProcessor() ? device.onProcessor() : device.onGpu();
    }
}
