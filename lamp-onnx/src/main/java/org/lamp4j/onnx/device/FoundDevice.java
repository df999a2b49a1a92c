package org.lamp4j.onnx.device;

import java.util.Optional;
import java.util.OptionalLong;
import org.lamp4j.device.Device;

/**
 * A device of this machine.
 *
 * @param device the device; its kind is the name of ONNX Runtime's provider
 * @param name what it is; empty if nobody tells
 * @param memoryBytes its memory, the CPU's the machine's; empty if nobody tells
 * @param driver version of a GPU's driver; empty if nobody tells
 * @param problem why it cannot be used; empty if it can
 */
public record FoundDevice(
        Device device,
        Optional<String> name,
        OptionalLong memoryBytes,
        Optional<String> driver,
        Optional<String> problem) {}
