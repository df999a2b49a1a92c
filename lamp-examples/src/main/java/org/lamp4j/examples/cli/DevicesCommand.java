package org.lamp4j.examples.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.lamp4j.device.Device;
import org.lamp4j.onnx.device.Devices;
import org.lamp4j.onnx.device.FoundDevice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists what models can run on. */
@Command(
        name = "devices",
        description =
                "Lists the devices of this machine: provider, name, memory, driver, and what a GPU lacks. Each GPU "
                        + "has to run a small graph.")
final class DevicesCommand implements Callable<Integer> {

    private static final String LINE = "%-8s %-5s %-32s %12s  %-12s %s%n";
    private static final double GIBIBYTE = 1L << 30;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<FoundDevice> devices = Devices.list();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, LINE, "device", "by", "name", "memory", "driver", "usable");
        for (FoundDevice found : devices) {
            Device device = found.device();
            out.printf(
                    Locale.ROOT,
                    LINE,
                    device.label(),
                    device.kind(),
                    found.name().orElse("-"),
                    found.memoryBytes().isPresent()
                            ? String.format(
                                    Locale.ROOT, "%.1f GiB", found.memoryBytes().getAsLong() / GIBIBYTE)
                            : "-",
                    found.driver().orElse("-"),
                    found.problem().map(problem -> "no").orElse("yes"));
        }
        for (FoundDevice found : devices) {
            found.problem().ifPresent(problem -> out.println(found.device().label() + ": " + problem));
        }
        return Lamp.OK;
    }
}
