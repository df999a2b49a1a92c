package org.lamp4j.examples.cli;

import org.lamp4j.device.Device;
import picocli.CommandLine.Option;

/** Which device is used, as it is without further settings. */
final class DeviceNameOption {

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "cpu, cuda:N, or auto for the first that works. Default: ${DEFAULT-VALUE}.")
    private Device device;

    Device get() {
        return device;
    }
}
