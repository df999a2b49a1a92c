package org.lamp4j.examples.cli;

import java.util.Optional;
import org.lamp4j.Device;
import org.lamp4j.Device.Precision;
import picocli.CommandLine.Option;

/** Where a model runs. */
final class DeviceOption {

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "cpu, cuda:N, or auto for the first that works. Default: ${DEFAULT-VALUE}.")
    private Device device;

    Device get() {
        return device;
    }

    /** Returns the device in the precision that a configuration asks for; the processor keeps its own. */
    Device get(Optional<Precision> configured) {
        return device.kind() == Device.Kind.CPU
                ? device
                : configured.map(device::withPrecision).orElse(device);
    }
}
