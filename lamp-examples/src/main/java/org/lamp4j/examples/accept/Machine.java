package org.lamp4j.examples.accept;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.lamp4j.device.Device;
import org.lamp4j.onnx.device.NvidiaSmi;
import org.lamp4j.onnx.runtime.OnnxRuntime;

/** What figures depend on. */
final class Machine {

    private static final double GIBIBYTE = 1L << 30;

    private Machine() {}

    /** Describes the device, the system and ONNX Runtime; the same device is described in the same words. */
    static Map<String, String> of(Device device) {
        Map<String, String> description = new LinkedHashMap<>();
        description.put("device", device.toString());
        if (device.kind() == Device.Kind.CUDA) {
            description.put("CUDA options", device.cudaOptions().toString());
            NvidiaSmi.gpu(device.index()).ifPresent(gpu -> {
                description.put("GPU", gpu.name());
                description.put("GPU memory", String.format(Locale.ROOT, "%.1f GiB", gpu.memoryBytes() / GIBIBYTE));
                description.put("driver", gpu.driver());
            });
        }
        description.put("memory budget", budget(device));
        device.threads().ifPresent(count -> description.put("threads of a network", Integer.toString(count)));
        description.put(
                "CPU",
                Runtime.getRuntime().availableProcessors() + " threads, " + System.getProperty("os.arch") + ", "
                        + System.getProperty("os.name"));
        description.put("ONNX Runtime", OnnxRuntime.version());
        return description;
    }

    /** The number of the machine's budget is of host memory. */
    private static String budget(Device device) {
        return device.kind() == Device.Kind.CUDA && device.memoryBudget().isOfMachine()
                ? "what is free on the GPU"
                : device.memoryBudget().toString();
    }
}
