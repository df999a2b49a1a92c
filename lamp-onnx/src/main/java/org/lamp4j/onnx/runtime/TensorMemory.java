package org.lamp4j.onnx.runtime;

import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.lamp4j.onnx.graph.TensorType;
import org.lamp4j.onnx.spi.DeviceMemoryProvider;

/**
 * Where tensors lie that stay from run to run: in host memory, or, if lamp-cuda is there, in the memory of the GPU that
 * works on them. Closed after the tensors in it.
 */
public final class TensorMemory implements AutoCloseable {

    /** Operators on a block in a core's cache are too short for several threads to share: each block keeps to one. */
    private static final TensorMemory HOST = new TensorMemory(ComputeDevice.cpuThread(), null);

    /** Elements of one run over host memory: 1 MiB a tensor, for a core's cache. */
    private static final int BLOCK_IN_CACHE = 1 << 18;

    /** Elements of one run on a GPU: 32 MiB a tensor, so that few runs keep it busy and none takes much memory. */
    private static final int BLOCK_ON_GPU = 1 << 23;

    /** What CUDA's own allocator aligns to, in elements; cuDNN and vectorised kernels rely on a part of it. */
    private static final int ALIGNMENT_ON_GPU = 256 / Float.BYTES;

    private final ComputeDevice device;
    private final @Nullable DeviceTensors tensors;

    private TensorMemory(ComputeDevice device, @Nullable DeviceTensors tensors) {
        this.device = device;
        this.tensors = tensors;
    }

    /**
     * Returns host memory, with a thread of the CPU to work on a part of it.
     *
     * @return the memory; closing it does nothing
     */
    public static TensorMemory host() {
        return HOST;
    }

    /**
     * Opens the memory for what runs on a device.
     *
     * @param device the device
     * @return its own memory; host memory for the CPU and where lamp-cuda is missing
     * @throws org.lamp4j.errors.BackendMissingException if lamp-cuda does not know this version of ONNX Runtime
     */
    public static TensorMemory of(ComputeDevice device) {
        if (!device.keepsTensors()) {
            return HOST;
        }
        return provider()
                .map(present -> new TensorMemory(device, new DeviceTensors(device, present)))
                .orElse(HOST);
    }

    /** Returns lamp-cuda, if it is there. */
    static Optional<DeviceMemoryProvider> provider() {
        return ServiceLoader.load(DeviceMemoryProvider.class).findFirst();
    }

    /**
     * Tells whether tensors lie in host memory.
     *
     * @return false for a device's own memory
     */
    public boolean isHost() {
        return tensors == null;
    }

    /**
     * Returns what works on these tensors without copying them.
     *
     * @return the device
     */
    public ComputeDevice device() {
        return device;
    }

    /**
     * Returns how many elements a run should take that walks over large tensors.
     *
     * @return the number
     */
    public int blockElements() {
        return device.sharesMemoryOfProcessor() ? BLOCK_IN_CACHE : BLOCK_ON_GPU;
    }

    /**
     * Returns what the places of tensors in a larger one should be a multiple of.
     *
     * @return a number of elements
     */
    public int alignment() {
        return device.sharesMemoryOfProcessor() ? 1 : ALIGNMENT_ON_GPU;
    }

    /**
     * Makes a tensor of zeros that is FLOAT, or one of another type whose elements are not set.
     *
     * @param type element type and shape
     * @return the tensor; the caller closes it
     * @throws IllegalStateException if the device has no such memory left; the message holds ONNX Runtime's reason
     */
    public NativeTensor allocate(TensorType type) {
        return tensors == null ? NativeTensor.allocate(type) : tensors.allocate(type);
    }

    /** Gives the memory back. Closing twice does nothing. */
    @Override
    public void close() {
        if (tensors != null) {
            tensors.close();
        }
    }
}
