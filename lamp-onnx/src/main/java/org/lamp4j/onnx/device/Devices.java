package org.lamp4j.onnx.device;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.lamp4j.device.Device;
import org.lamp4j.device.MemoryBudget;
import org.lamp4j.errors.DeviceUnavailableException;
import org.lamp4j.onnx.runtime.ComputeDevice;
import org.lamp4j.tensor.FloatTensor;

/** The devices of this machine, and choosing one of them. */
public final class Devices {

    private static final System.Logger LOG = System.getLogger(Devices.class.getName());

    /** What {@link Device#auto()} came to is said once, however many models are opened. */
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    /** Far above what half precision rounds away of eight numbers. */
    private static final double TOLERANCE = 0.05;

    /** The kernels that libraries load. */
    private static final long LIBRARIES_BYTES = 1L << 30;

    /**
     * The share of the rest that estimates from shapes may come to. What cuDNN and cuBLAS work in, and what that leaves
     * of the memory pool in pieces, was up to a quarter as much again on a GPU.
     */
    private static final double SHARE_OF_ESTIMATES = 0.8;

    private Devices() {}

    /**
     * Takes a device. A GPU has to run a small graph first, in the precision asked for.
     *
     * @param wanted the device asked for
     * @return the device; for {@link Device#auto()} the GPU if it works, else the CPU, which is logged with the reason
     * @throws DeviceUnavailableException if a GPU that was asked for does not work; the message says what is missing
     */
    public static ComputeDevice choose(Device wanted) {
        return choose(wanted, CudaCheck.ofMachine());
    }

    static ComputeDevice choose(Device wanted, CudaCheck check) {
        return switch (wanted.kind()) {
            case CPU -> ComputeDevice.of(wanted);
            case CUDA -> check.require(wanted);
            case AUTO -> firstThatWorks(wanted, check);
        };
    }

    private static ComputeDevice firstThatWorks(Device wanted, CudaCheck check) {
        try {
            ComputeDevice gpu = check.require(wanted.onGpu());
            sayOnce("chose " + gpu);
            return gpu;
        } catch (DeviceUnavailableException e) {
            sayOnce("chose the CPU: " + e.getMessage());
            return ComputeDevice.of(wanted.onProcessor());
        }
    }

    private static void sayOnce(String choice) {
        if (SAID.add(choice)) {
            LOG.log(System.Logger.Level.INFO, choice);
        }
    }

    /**
     * Returns a budget in numbers of a device.
     *
     * @param device the device
     * @param budget what a network may take
     * @return the same; on a GPU, for {@link MemoryBudget#ofMachine()}, most of what is free on it now, or no limit
     *     where nobody knows, which is logged
     */
    public static MemoryBudget budget(ComputeDevice device, MemoryBudget budget) {
        return device.sharesMemoryOfProcessor() || !budget.isOfMachine() ? budget : free(device, NvidiaSmi.gpus());
    }

    static MemoryBudget free(ComputeDevice device, List<NvidiaSmi.Gpu> gpus) {
        if (device.index() >= gpus.size()) {
            LOG.log(System.Logger.Level.INFO, "nobody says how much memory of {0} is free", device);
            return MemoryBudget.ofBytes(Long.MAX_VALUE);
        }
        long rest = gpus.get(device.index()).freeBytes() - LIBRARIES_BYTES;
        return MemoryBudget.ofBytes(Math.max(1, (long) (SHARE_OF_ESTIMATES * rest)));
    }

    /**
     * Tells whether a device computes: what stands in for a GPU in tests places and counts only.
     *
     * @param device the device
     * @return whether the rows of a softmax add up to 1 there
     */
    public static boolean computes(ComputeDevice device) {
        FloatTensor rows = Probe.run(device);
        double sum = 0;
        for (float share : rows.toArray()) {
            sum += share;
        }
        return Math.abs(sum / rows.shape().size(0) - 1) < TOLERANCE;
    }

    /**
     * Lists the devices of this machine, the CPU first. Each GPU runs a small graph; where there is none, the list says
     * what a GPU would need.
     *
     * @return the devices, at least the CPU and one entry about GPUs
     */
    public static List<FoundDevice> list() {
        return list(CudaCheck.ofMachine(), NvidiaSmi.gpus());
    }

    static List<FoundDevice> list(CudaCheck check, List<NvidiaSmi.Gpu> gpus) {
        List<FoundDevice> found = new ArrayList<>(List.of(cpu()));
        for (int index = 0; index < Math.max(1, gpus.size()); index++) {
            Optional<NvidiaSmi.Gpu> gpu = index < gpus.size() ? Optional.of(gpus.get(index)) : Optional.empty();
            found.add(gpu(Device.cuda(index), gpu, problem(Device.cuda(index), check)));
        }
        return found;
    }

    private static Optional<String> problem(Device device, CudaCheck check) {
        try {
            check.require(device);
            return Optional.empty();
        } catch (DeviceUnavailableException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static FoundDevice cpu() {
        long memory =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        return new FoundDevice(
                Device.cpu(),
                Optional.of(Runtime.getRuntime().availableProcessors() + " threads, " + System.getProperty("os.arch")),
                OptionalLong.of(memory),
                Optional.empty(),
                Optional.empty());
    }

    private static FoundDevice gpu(Device device, Optional<NvidiaSmi.Gpu> gpu, Optional<String> problem) {
        return new FoundDevice(
                device,
                gpu.map(NvidiaSmi.Gpu::name),
                gpu.map(known -> OptionalLong.of(known.memoryBytes())).orElse(OptionalLong.empty()),
                gpu.map(NvidiaSmi.Gpu::driver),
                problem);
    }
}
