package org.lamp4j.onnx.device;

import org.lamp4j.device.Device;
import org.lamp4j.errors.DeviceUnavailableException;

/**
 * A process that chooses CUDA GPU 0 and prints what came of it, for libraries that are looked for once in a process.
 */
final class ChosenDevice {

    private ChosenDevice() {}

    /**
     * Chooses and prints.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        try {
            System.out.println(Devices.choose(Device.cuda(0)));
        } catch (DeviceUnavailableException e) {
            System.out.println(e.getMessage());
        }
    }
}
